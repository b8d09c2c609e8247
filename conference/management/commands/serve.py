from __future__ import annotations

import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from accounts import setup
from conference.collected import stale
from conference.greeting import greeting
from conference.lock import sole


class Command(BaseCommand):
    help = "Brings database and static files up to date, says where to go, and becomes the server."

    def handle(self, **options: Any) -> None:
        _check_port(settings.HOST, settings.PORT)
        if settings.EMBEDDED:
            sole(settings.VAR_DIR / "server.lock").close()
        call_command("migrate", interactive=False, verbosity=0)
        if stale(settings.STATIC_ROOT):
            call_command("collectstatic", interactive=False, verbosity=0)
        token = setup.issue()
        path = reverse("setup", args=[token]) if token else ""
        self.stdout.write(f"\n{greeting(settings.ORIGINS, settings.HTTPS, settings.PORT, path)}\n")
        self.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", "conference.server"])  # noqa: S606


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(f"Cannot listen on {host}:{port}: {error.strerror}. Choose another with PORT=…") from error
