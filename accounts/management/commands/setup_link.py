from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from accounts import setup


class Command(BaseCommand):
    help = "Prints a one-time link to make the first administrator; nothing when there is one."

    def handle(self, **options: Any) -> None:
        token = setup.issue()
        if token:
            self.stdout.write(f"{settings.ORIGINS[0]}{reverse('setup', args=[token])}")
