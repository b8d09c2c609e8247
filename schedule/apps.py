from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScheduleConfig(AppConfig):
    name = "schedule"
    verbose_name = _("Schedule")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from schedule import personal, receivers  # noqa: F401
