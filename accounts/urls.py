from django.urls import path

from accounts import views

urlpatterns = [
    path("profile", views.profile, name="profile"),
    path("setup/<str:token>", views.first_administrator, name="setup"),
]
