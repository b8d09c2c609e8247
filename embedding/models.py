from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.models import Room


class Site(models.Model):
    """A site that may show one room, or every room, in a frame."""

    origin = models.CharField(
        _("address of the site"), max_length=200, help_text=_("For example https://courses.example.org, without a path.")
    )
    room = models.ForeignKey(
        Room,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="sites",
        verbose_name=_("room"),
        help_text=_("Empty: all rooms."),
    )

    class Meta:
        verbose_name = _("site that embeds meetings")
        verbose_name_plural = _("sites that embed meetings")
        ordering = ("origin", "pk")
        constraints = (
            models.UniqueConstraint(name="site_once", fields=("origin", "room")),
            models.UniqueConstraint(name="site_of_all_rooms_once", fields=("origin",), condition=Q(room=None)),
        )

    def __str__(self) -> str:
        return self.origin
