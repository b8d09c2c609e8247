from __future__ import annotations

from django.urls import path

from schedule.views import soon

urlpatterns = [
    path("soon", soon.soon, name="soon"),
]
