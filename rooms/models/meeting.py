from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Meeting(models.Model):
    """One sitting in a room, from the first join to the last leave."""

    room = models.ForeignKey("rooms.Room", models.CASCADE, related_name="meetings", verbose_name=_("room"))
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        #: As it was called before: workers of that release write here while an upgrade lasts (docs/decisions/meetings.md).
        db_table = "rooms_session"
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("-started_at", "-pk")
        constraints = (models.UniqueConstraint(name="meeting_one_open", fields=("room",), condition=Q(ended_at__isnull=True)),)
        indexes = (models.Index(name="meeting_latest", fields=("room", "-started_at")),)

    def __str__(self) -> str:
        return f"{self.room}, {self.started_at:%Y-%m-%d %H:%M}"


class Attendance(models.Model):
    """One participant's stay in a meeting. ``guest`` is whose cookie it is, kept until the meeting ends."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        HOST = "host", _("Host")
        MEMBER = "member", _("Member")
        GUEST = "guest", _("Guest")

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="attendances", db_column="session_id", verbose_name=_("meeting")
    )
    participant = models.CharField(_("participant"), max_length=32)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("user")
    )
    guest = models.CharField(_("guest"), max_length=64, blank=True, editable=False)
    #: The stays of one person in a meeting have one number. It stays when ``user`` and ``guest`` are known no more.
    person = models.PositiveIntegerField(null=True, editable=False)
    name = models.CharField(_("name"), max_length=64)
    role = models.CharField(_("role"), max_length=8, choices=Role)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=16, blank=True)
    #: What a host keeps it from now: a use and ``stopped`` or ``forbidden``.
    restrictions = models.JSONField(default=dict, db_default={}, editable=False)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ("joined_at", "pk")
        constraints = (models.UniqueConstraint(name="attendance_once", fields=("meeting", "participant")),)
        indexes = (models.Index(name="attendance_open", fields=("participant",), condition=Q(left_at__isnull=True)),)

    def __str__(self) -> str:
        return self.name


class Dismissal(models.Model):
    """Why somebody who waited was denied or removed. For those who were present, attendance has it. Kept for a day."""

    room = models.ForeignKey("rooms.Room", models.CASCADE, related_name="+", verbose_name=_("room"))
    participant = models.CharField(_("participant"), max_length=32)
    reason = models.CharField(_("reason"), max_length=16)
    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("dismissal")
        verbose_name_plural = _("dismissals")
        constraints = (models.UniqueConstraint(name="dismissal_once", fields=("room", "participant")),)

    def __str__(self) -> str:
        return f"{self.participant} {self.reason}"
