from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext_lazy as _


class Use(models.TextChoices):
    """See ``signaling.protocol.values.Use``."""

    MICROPHONE = "microphone", _("Microphone")
    CAMERA = "camera", _("Camera")
    SCREEN = "screen", _("Sharing the screen")
    CHAT = "chat", _("Chat")
    FILES = "files", _("Sending files")
    REACTIONS = "reactions", _("Reactions")


def in_order(uses: Collection[str]) -> str:
    """The value of ``Room.hosts_only`` for these uses."""
    return " ".join(use for use in Use.values if use in uses)
