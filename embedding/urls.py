from __future__ import annotations

from django.urls import path

from embedding import views

urlpatterns = [
    path("embed.js", views.script, name="embed_script"),
    path("embed/join/<str:token>", views.join),
    path("embed/join/<str:token>/passcode", views.join),
    path("embed/<room:slug>", views.room),
    path("embed/<room:slug>/passcode", views.room),
]
