"""Changes of scheduled meetings, one function each: a check by the table of permissions, one transaction with the rows of dates
and the audit entry, and the signal of ``schedule/changes.py``.

They raise Django's PermissionDenied, or :class:`Gone`. People who are in a meeting stay in it, whatever is done to its date.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Final, Literal

from django.db import transaction
from django.db.models import F

from rooms import audit
from rooms.identities import user_behind
from rooms.models import AuditEntry, Room
from schedule import changes, planning, recurrence, zones
from schedule.models import Answer, Invitee, Occurrence, ScheduledMeeting
from signaling.permissions import Actor

Action = AuditEntry.Action
Scope = Literal["one", "following", "all"]
SCOPES: Final[tuple[Scope, ...]] = ("one", "following", "all")


class Gone(Exception):
    """The room, the meeting or the date was deleted, cancelled or is over meanwhile."""


@dataclass(frozen=True)
class Fields:
    """What people say about a scheduled meeting: the fields of its model. Forms have checked them."""

    title: str
    agenda: str
    date: dt.date
    begins: dt.time
    minutes: int
    zone: str
    rule: str = ""


@transaction.atomic
def schedule(room: Room, by: Actor, fields: Fields) -> ScheduledMeeting:
    """Enter a meeting into the calendar of a room, with its dates."""
    by.must("schedule")
    now = _hold(room.pk)
    scheduled = ScheduledMeeting.objects.create(room=room, organiser=user_behind(by.identity), **asdict(fields))
    planning.place(scheduled, now)
    audit.record(room, by, Action.SCHEDULED, scheduled.title)
    changes.scheduled.send(ScheduledMeeting, scheduled=scheduled, occurrence=None, by=by)
    return scheduled


@transaction.atomic
def change(
    scheduled: ScheduledMeeting, by: Actor, fields: Fields, *, scope: Scope, occurrence: Occurrence | None = None
) -> ScheduledMeeting:
    """Change one date, this and the following ones, or all that are not over. Returns the entry that has them: another one if
    the following dates got their own.

    ``fields`` are of ``occurrence`` for ``one`` (its rule is not looked at), and of the first date that changes otherwise.
    """
    by.must("schedule")
    now = _hold(scheduled.room_id)
    scheduled, occurrence = _fetch(scheduled, occurrence, now)
    if scope == "one" and scheduled.rule:
        _change_one(scheduled, _given(occurrence), fields)
    elif scope != "following" or _is_first(scheduled, _given(occurrence)):
        _change_all(scheduled, fields, now)
    else:
        return _divide(scheduled, by, fields, _given(occurrence), now)
    _raise_sequence(scheduled)
    audit.record(scheduled.room, by, Action.RESCHEDULED, scheduled.title)
    told = occurrence if scope == "one" and scheduled.rule else None
    changes.rescheduled.send(ScheduledMeeting, scheduled=scheduled, occurrence=told, by=by)
    return scheduled


@transaction.atomic
def cancel(scheduled: ScheduledMeeting, by: Actor, *, scope: Scope, occurrence: Occurrence | None = None) -> None:
    """Cancel one date, this and the following ones, or all that are not over. Rows of cancelled dates stay, except of those that
    follow, which are in the rule no more.
    """
    by.must("schedule")
    now = _hold(scheduled.room_id)
    scheduled, occurrence = _fetch(scheduled, occurrence, now)
    if scope == "one" and scheduled.rule:
        told: Occurrence | None = _given(occurrence)
        scheduled.occurrences.filter(pk=_given(occurrence).pk).update(cancelled=True)
        signal = changes.called_off
    elif scope == "following" and not _is_first(scheduled, _given(occurrence)):
        told, signal = None, changes.rescheduled
        _end_before(scheduled, _given(occurrence), now)
    else:
        told, signal = None, changes.called_off
        scheduled.cancelled_at = now
        scheduled.save(update_fields=["cancelled_at"])
        scheduled.occurrences.filter(ends_at__gt=now).update(cancelled=True)
    _raise_sequence(scheduled)
    if told is not None:
        told.refresh_from_db()
    audit.record(scheduled.room, by, Action.CALLED_OFF, scheduled.title)
    signal.send(ScheduledMeeting, scheduled=scheduled, occurrence=told, by=by)


def _hold(room_pk: int) -> dt.datetime:
    now = planning.hold(room_pk)
    if now is None:
        raise Gone
    return now


def _fetch(
    scheduled: ScheduledMeeting, occurrence: Occurrence | None, now: dt.datetime
) -> tuple[ScheduledMeeting, Occurrence | None]:
    """Both as they are now."""
    known = ScheduledMeeting.objects.select_related("room").filter(pk=scheduled.pk, cancelled_at=None).first()
    if known is None:
        raise Gone
    if occurrence is None:
        if not known.occurrences.upcoming(now).exists() and not recurrence.goes_on(known, now):
            raise Gone
        return known, None
    date = known.occurrences.filter(pk=occurrence.pk, cancelled=False, ends_at__gt=now).first()
    if date is None:
        raise Gone
    date.scheduled = known
    return known, date


def _given(occurrence: Occurrence | None) -> Occurrence:
    if occurrence is None:
        raise TypeError("this scope needs a date")
    return occurrence


def _is_first(scheduled: ScheduledMeeting, occurrence: Occurrence) -> bool:
    return not scheduled.occurrences.filter(original_at__lt=occurrence.original_at).exists()


def _change_one(scheduled: ScheduledMeeting, occurrence: Occurrence, fields: Fields) -> None:
    occurrence.starts_at = zones.local(fields.date, fields.begins, fields.zone)
    occurrence.ends_at = occurrence.starts_at + dt.timedelta(minutes=fields.minutes)
    occurrence.own_title = fields.title if fields.title != scheduled.title else ""
    occurrence.own_agenda = fields.agenda if fields.agenda != scheduled.agenda else ""
    occurrence.changed = True
    occurrence.save(update_fields=["starts_at", "ends_at", "own_title", "own_agenda", "changed"])


def _change_all(scheduled: ScheduledMeeting, fields: Fields, now: dt.datetime) -> None:
    before = planning.first(scheduled)
    for name, value in asdict(fields).items():
        setattr(scheduled, name, value)
    scheduled.save(update_fields=[*asdict(fields)])
    planning.place(scheduled, now, shift=planning.first(scheduled) - before)


def _divide(scheduled: ScheduledMeeting, by: Actor, fields: Fields, occurrence: Occurrence, now: dt.datetime) -> ScheduledMeeting:
    """Give this date and those that follow an entry of their own."""
    later = ScheduledMeeting.objects.create(
        room=scheduled.room, organiser=scheduled.organiser, follows=scheduled, **asdict(fields)
    )
    scheduled.occurrences.filter(pk=occurrence.pk).update(changed=False, own_title="", own_agenda="")
    scheduled.occurrences.filter(original_at__gte=occurrence.original_at).update(scheduled=later)
    _end_before(scheduled, occurrence, now)
    planning.place(later, now, shift=planning.first(later) - occurrence.original_at)
    _invite_as_before(scheduled, later)
    _raise_sequence(scheduled)
    audit.record(scheduled.room, by, Action.RESCHEDULED, scheduled.title)
    changes.rescheduled.send(ScheduledMeeting, scheduled=scheduled, occurrence=None, by=by)
    changes.scheduled.send(ScheduledMeeting, scheduled=later, occurrence=None, by=by)
    return later


def _end_before(scheduled: ScheduledMeeting, occurrence: Occurrence, now: dt.datetime) -> None:
    scheduled.rule = recurrence.cut(scheduled.rule, occurrence.original_at)
    scheduled.save(update_fields=["rule"])
    planning.place(scheduled, now)


def _invite_as_before(scheduled: ScheduledMeeting, later: ScheduledMeeting) -> None:
    """Whoever was invited is invited to the later dates, with their answers."""
    answers = list(Answer.objects.filter(invitee__scheduled=scheduled).select_related("occurrence"))
    invitees = {invitee.pk: invitee for invitee in scheduled.invitees.all()}
    for invitee in invitees.values():
        invitee.pk, invitee.scheduled, invitee.mail = None, later, None
    Invitee.objects.bulk_create(invitees.values(), batch_size=500)
    for answer in answers:
        answer.invitee = invitees[answer.invitee_id]
    general = [answer for answer in answers if answer.occurrence is None]
    for answer in general:
        answer.pk = None
    Answer.objects.bulk_create(general, batch_size=500)
    moved = [answer for answer in answers if answer.occurrence is not None and answer.occurrence.scheduled_id == later.pk]
    Answer.objects.bulk_update(moved, ["invitee"], batch_size=500)


def _raise_sequence(scheduled: ScheduledMeeting) -> None:
    ScheduledMeeting.objects.filter(pk=scheduled.pk).update(sequence=F("sequence") + 1)
    scheduled.refresh_from_db(fields=["sequence"])
