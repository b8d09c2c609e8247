from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

# One way in: limits and second factors hold for administrators too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("rooms.urls")),
]
