"""What becomes of a scheduled meeting that is deleted, with its room or by an administrator."""

from __future__ import annotations

from django.db.models.functions import Now
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from schedule import changes
from schedule.models import ScheduledMeeting


@receiver(pre_delete, sender=ScheduledMeeting)
def call_off(instance: ScheduledMeeting, **_: object) -> None:
    if instance.cancelled_at is None and instance.occurrences.upcoming(Now()).exists():
        changes.called_off.send(ScheduledMeeting, scheduled=instance, occurrence=None, by=None)
