"""What becomes of a scheduled meeting that is deleted, with its room or by an administrator; and the events of all changes."""

from __future__ import annotations

from django.db.models.functions import Now
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from events.models import Event
from events.outbox import emit
from schedule import changes
from schedule.models import Occurrence, ScheduledMeeting


@receiver(pre_delete, sender=ScheduledMeeting)
def call_off(instance: ScheduledMeeting, **_: object) -> None:
    if instance.cancelled_at is None and instance.occurrences.upcoming(Now()).exists():
        changes.called_off.send(ScheduledMeeting, scheduled=instance, occurrence=None, by=None)


@receiver(changes.scheduled)
def tell_scheduled(scheduled: ScheduledMeeting, **_: object) -> None:
    _tell(Event.Kind.SCHEDULED, scheduled, None)


@receiver(changes.rescheduled)
def tell_rescheduled(scheduled: ScheduledMeeting, occurrence: Occurrence | None, **_: object) -> None:
    _tell(Event.Kind.RESCHEDULED, scheduled, occurrence)


@receiver(changes.called_off)
def tell_called_off(scheduled: ScheduledMeeting, occurrence: Occurrence | None, **_: object) -> None:
    _tell(Event.Kind.CALLED_OFF, scheduled, occurrence)


def _tell(kind: Event.Kind, scheduled: ScheduledMeeting, occurrence: Occurrence | None) -> None:
    emit(kind, scheduled.room_id, scheduled=scheduled.pk, occurrence=occurrence.pk if occurrence else None)
