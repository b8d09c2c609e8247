from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """Something that happened. ``events.outbox`` is all that writes it, in the transaction of the change.

    It has numbers of rows and no names, so that a person who is deleted is not kept here.
    """

    class Kind(models.TextChoices):
        ROOM_CHANGED = "room.changed", _("room changed")
        SCHEDULED = "meeting.scheduled", _("meeting scheduled")
        RESCHEDULED = "meeting.rescheduled", _("meeting rescheduled")
        CALLED_OFF = "meeting.called_off", _("meeting called off")
        STARTED = "meeting.started", _("meeting started")
        ENDED = "meeting.ended", _("meeting ended")
        JOINED = "person.joined", _("joined")
        LEFT = "person.left", _("left")
        KNOCKED = "person.knocked", _("knocked")
        ANSWERED = "invitation.answered", _("invitation answered")

    kind = models.CharField(_("kind"), max_length=32, choices=Kind)
    #: The number of the room. Events outlive it.
    room = models.BigIntegerField(_("room"))
    details = models.JSONField(_("details"), default=dict)
    at = models.DateTimeField(_("time"), db_default=Now(), db_index=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.kind} {self.room}"
