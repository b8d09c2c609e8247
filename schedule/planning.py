"""The rows of dates: making those that follow from a rule, and moving them when it, or the rules of its zone, change."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from jobs.kinds import Kind, Over
from rooms.models import Room
from schedule import changes, recurrence, zones
from schedule.models import Occurrence, ScheduledMeeting
from schedule.recurrence import AHEAD, Slot

#: A row belongs to a date of the rule that is no further away. Dates are at least a day apart, less the hour of a change of
#: clocks.
NEAR: Final = dt.timedelta(hours=11)
#: How often each meeting is looked at, and how many at once: reminders wait meanwhile.
AGAIN: Final = dt.timedelta(days=1)
BATCH: Final = 25
_NONE: Final = dt.timedelta(0)
#: Longer than any series.
_ASIDE: Final = dt.timedelta(days=200 * 365)


def first(scheduled: ScheduledMeeting) -> dt.datetime:
    """When the rule begins."""
    return zones.local(scheduled.date, scheduled.begins, scheduled.zone)


def hold(room_pk: int) -> dt.datetime | None:
    """Until the end of the transaction, nobody else changes this room or what is scheduled in it. Returns the time of the
    database, None if the room has been deleted.
    """
    room = Room.objects.annotate(**{"now": Now()}).held(room_pk)
    return getattr(room, "now", None)


def place(scheduled: ScheduledMeeting, now: dt.datetime, *, shift: dt.timedelta = _NONE) -> bool:
    """Make the rows agree with the rule, from ``now`` until ``AHEAD``. Returns whether a date that was there has another time.

    ``shift`` is by how much all dates were moved: it says which row is which date of the rule. Rows that belong to none are
    deleted. A row that was changed keeps its times, one that was cancelled stays so, and one that is over stays as it was.
    """
    until = max(now, first(scheduled)) + AHEAD
    slots = recurrence.dates(scheduled, until)
    rows = list(scheduled.occurrences.order_by("original_at"))
    coming = [row for row in rows if row.ends_at > now or row.original_at > now]
    past = {slot for _row, slot in _pairs([row for row in rows if row not in coming], slots, _NONE)}
    slots = [slot for slot in slots if slot not in past]
    pairs = [(row, slot) for row, slot in _pairs(coming, slots, shift) if slot.ends_at > now or row.changed]
    kept, taken = {row.pk for row, _slot in pairs}, {slot for _row, slot in pairs}
    scheduled.occurrences.filter(pk__in=[row.pk for row in coming if row.pk not in kept]).delete()
    moved = _move(scheduled, pairs)
    fresh = [slot for slot in slots if slot.ends_at > now and slot not in taken]
    Occurrence.objects.bulk_create([Occurrence(scheduled=scheduled, **slot._asdict()) for slot in fresh], batch_size=500)
    scheduled.planned_until = now + AHEAD if recurrence.goes_on(scheduled, now) else None
    scheduled.save(update_fields=["planned_until"])
    return moved


def _pairs(rows: Sequence[Occurrence], slots: Sequence[Slot], shift: dt.timedelta) -> list[tuple[Occurrence, Slot]]:
    """Each row with its date of the rule, if it has one."""
    starts = [slot.original_at for slot in slots]
    pairs = []
    for row in rows:
        index = bisect_left(starts, row.original_at + shift - NEAR)
        if index < len(starts) and starts[index] <= row.original_at + shift + NEAR:
            pairs.append((row, slots[index]))
    return pairs


def _move(scheduled: ScheduledMeeting, pairs: Sequence[tuple[Occurrence, Slot]]) -> bool:
    """Write the times of these rows that differ."""
    moved = []
    for row, slot in pairs:
        wanted = slot if not row.changed else slot._replace(starts_at=row.starts_at, ends_at=row.ends_at)
        if Slot(row.original_at, row.starts_at, row.ends_at) != wanted:
            row.original_at, row.starts_at, row.ends_at = wanted
            moved.append(row)
    # A row may take the place of another that moves on, and places are unique at every moment.
    scheduled.occurrences.filter(pk__in=[row.pk for row in moved]).update(original_at=F("original_at") - _ASIDE)
    Occurrence.objects.bulk_update(moved, ["original_at", "starts_at", "ends_at"], batch_size=500)
    return bool(moved)


def plan(over: Over) -> None:
    """Make the dates that have come near, and correct those whose zone has other rules now. A meeting that cannot be planned
    holds up no other. The error of the last one is raised at the end, so that administrators see it.
    """
    failure: Exception | None = None
    outdated = ScheduledMeeting.objects.filter(cancelled_at=None, planned_until__lt=Now() + AHEAD - AGAIN)
    for scheduled in outdated.order_by("planned_until")[:BATCH]:
        if over():
            return
        try:
            _renew(scheduled.pk, scheduled.room_id)
        except Exception as error:
            failure = error
    if failure is not None:
        raise failure


@transaction.atomic
def _renew(pk: int, room_pk: int) -> None:
    now = hold(room_pk)
    scheduled = ScheduledMeeting.objects.select_related("room").filter(pk=pk, cancelled_at=None).first()
    if now is not None and scheduled is not None and place(scheduled, now):
        changes.rescheduled.send(ScheduledMeeting, scheduled=scheduled, occurrence=None, by=None)


PLAN: Final = Kind("schedule.planning", plan, every=dt.timedelta(minutes=1))
