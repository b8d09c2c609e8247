from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from rooms.models.limits import NAME_LENGTH
from rooms.models.meeting import Attendance, Meeting


class BreakoutRoom(models.Model):
    """A breakout room of a meeting."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="breakout_rooms", verbose_name=_("meeting"))
    place = models.CharField(max_length=32, editable=False)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)

    class Meta:
        verbose_name = _("breakout room")
        verbose_name_plural = _("breakout rooms")
        constraints = (models.UniqueConstraint(name="breakout_room_once", fields=("meeting", "place")),)

    def __str__(self) -> str:
        return self.name


class BreakoutStay(models.Model):
    """When somebody was in a breakout room. It ends with their attendance at the latest, also without ``left_at``."""

    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="breakouts", verbose_name=_("attendance"))
    room = models.ForeignKey(BreakoutRoom, models.CASCADE, related_name="stays", verbose_name=_("breakout room"))
    entered_at = models.DateTimeField(_("entered"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    class Meta:
        verbose_name = _("stay in a breakout room")
        verbose_name_plural = _("stays in breakout rooms")
        ordering = ("entered_at", "pk")

    def __str__(self) -> str:
        return str(self.room)
