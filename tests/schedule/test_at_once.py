"""Two hosts, two schedulers: what happens at the same moment happens one after the other."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.db.models.functions import Now

from accounts.models import User
from rooms.models import AuditEntry, Room
from schedule import planning
from schedule.commands import Gone
from schedule.models import ScheduledMeeting
from schedule.recurrence import Recurrence
from tests.jobs.test_queue import at_once
from tests.rooms.scenes import make_room
from tests.schedule.scenes import enter, fields, lesson_day, starts, ten, weekly
from tests.schedule.test_commands import cancel, change

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(alice: User) -> Room:
    return make_room(alice)


def test_hosts_change_one_meeting_at_the_same_moment(room: Room, alice: User) -> None:
    lesson = enter(room, alice, weekly(count=20))
    clocks = iter([time(8), time(9), time(11), time(12)])
    at_once(4, lambda: change(lesson, weekly(count=20, begins=next(clocks)), "all"))
    lesson.refresh_from_db()
    assert lesson.sequence == 4 and AuditEntry.objects.filter(action="rescheduled").count() == 4
    assert starts(lesson) == [ten(lesson_day(week), lesson.begins) for week in range(1, 21)]


def test_a_meeting_is_cancelled_once_however_many_do_so(room: Room, alice: User) -> None:
    lesson = enter(room, alice, weekly(count=5))

    def attempt() -> bool:
        try:
            cancel(lesson, "all")
        except Gone:
            return False
        return True

    assert sorted(at_once(4, attempt)) == [False, False, False, True]
    assert AuditEntry.objects.filter(action="called_off").count() == 1


def test_two_schedulers_make_each_date_once(room: Room, alice: User) -> None:
    lesson = enter(room, alice, fields(recurs=Recurrence("daily")))
    made = lesson.occurrences.count()
    lesson.occurrences.filter(starts_at__gt=Now() + timedelta(days=300)).delete()
    ScheduledMeeting.objects.update(planned_until=Now() + timedelta(days=300))
    at_once(2, lambda: planning.plan(lambda: False))
    assert abs(lesson.occurrences.count() - made) <= 1
