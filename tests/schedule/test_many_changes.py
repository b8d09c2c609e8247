"""Whatever is changed in whatever order, the dates to come are those of the rule, each once, but for those with a time of their
own.
"""

from __future__ import annotations

import random
from datetime import time, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from rooms.models import Room
from schedule import planning, recurrence
from schedule.commands import Gone, Scope
from schedule.models import ScheduledMeeting
from schedule.recurrence import AHEAD, DAYS, Recurrence
from tests.rooms.scenes import make_room
from tests.schedule.scenes import enter, fields, lesson_day
from tests.schedule.test_commands import cancel, change

pytestmark = pytest.mark.django_db

ZONES = ("Europe/Berlin", "Asia/Tokyo", "America/New_York", "Australia/Lord_Howe", "UTC")
STEPS = 25


def some_rule(chance: random.Random, day: int) -> Recurrence:
    count = chance.choice([None, chance.randint(1, 30)])
    every = chance.randint(1, 3)
    return chance.choice(
        [
            Recurrence("daily", every, count=count),
            Recurrence("weekly", every, tuple(sorted({DAYS[day], chance.choice(DAYS)}, key=DAYS.index)), count=count),
            Recurrence("month_day", every, count=count),
            Recurrence("month_weekday", every, count=count),
        ]
    )


def agrees(scheduled: ScheduledMeeting) -> None:
    """The rows to come are the dates of the rule."""
    now = timezone.now()
    scheduled.refresh_from_db()
    slots = recurrence.dates(scheduled, max(now, planning.first(scheduled)) + AHEAD)
    rows = list(scheduled.occurrences.filter(ends_at__gt=now))
    plain = [row for row in rows if not row.changed]
    assert {(row.original_at, row.starts_at, row.ends_at) for row in plain} <= set(slots)
    assert {row.original_at for row in rows if row.changed} <= {slot.original_at for slot in slots}
    if scheduled.cancelled_at is None:
        held = list(scheduled.occurrences.values_list("original_at", flat=True))
        near = [
            slot for slot in slots if slot.ends_at > now and not any(abs(slot.original_at - one) < AHEAD / 1000 for one in held)
        ]
        assert not near, "a date of the rule has no row"


@pytest.mark.parametrize("seed", range(3))
def test_many_changes(alice: User, seed: int) -> None:
    chance = random.Random(seed)
    room: Room = make_room(alice)
    scheduled = enter(room, alice, fields(recurs=Recurrence("weekly", days=(DAYS[lesson_day().weekday()],))))
    for _step in range(STEPS):
        rows = list(scheduled.occurrences.filter(ends_at__gt=timezone.now(), cancelled=False)[:40])
        if not rows or chance.random() < 0.1:
            day = lesson_day() + timedelta(days=chance.randint(0, 20))
            scheduled = enter(room, alice, fields(date=day, recurs=some_rule(chance, day.weekday())))
            continue
        row = chance.choice(rows)
        row.scheduled = scheduled
        day = (row.original_at + timedelta(days=chance.randint(-9, 9))).date()
        day = max(day, timezone.now().date() + timedelta(days=1))
        what = fields(
            date=day,
            begins=time(chance.randint(0, 23), chance.choice([0, 30])),
            minutes=chance.choice([30, 60, 600]),
            zone=chance.choice(ZONES),
            recurs=some_rule(chance, day.weekday()),
        )
        scope: Scope = chance.choice(["one", "following", "all"])
        try:
            if chance.random() < 0.2:
                cancel(scheduled, "one", row)
            else:
                scheduled = change(scheduled, what, scope, occurrence=row)
        except Gone:
            continue
        for one in ScheduledMeeting.objects.all():
            agrees(one)
