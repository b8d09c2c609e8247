"""What becomes of a scheduled meeting that is deleted, with its room or by an administrator; and what follows each change: an
event, and mails to the invited.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db.models.functions import Now
from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver

from events.models import Event
from events.outbox import emit
from schedule import changes, farewells, invitees, mails
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


@receiver(changes.scheduled)
def tell_of_followers(scheduled: ScheduledMeeting, **_: object) -> None:
    """Nobody is invited to a new meeting yet, unless it has the later dates of another one."""
    mails.tell_again("change", scheduled)


@receiver(changes.rescheduled)
def tell_of_change(scheduled: ScheduledMeeting, occurrence: Occurrence | None, **_: object) -> None:
    """Where only dates that are over stay, calendars must learn that those to come are gone."""
    goes_on = occurrence is not None or scheduled.occurrences.upcoming(Now()).exists()
    mails.tell_again("change" if goes_on else "end", scheduled, occurrence)


@receiver(changes.called_off)
def tell_of_end(scheduled: ScheduledMeeting, occurrence: Occurrence | None, **_: object) -> None:
    farewells.bid(scheduled, scheduled.invitees.all(), occurrence)


@receiver(post_save, sender=EmailAddress)
def recognise(instance: EmailAddress, using: str, **_: object) -> None:
    if instance.verified:
        invitees.recognise(instance.user, instance.email, using)
