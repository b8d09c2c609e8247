from django.urls import path

from accounts import views

urlpatterns = [
    path("profile", views.profile, name="profile"),
    path("profile/data", views.data, name="data"),
    path("profile/data.json", views.data_file, name="data_file"),
    path("setup/<str:token>", views.first_administrator, name="setup"),
]
