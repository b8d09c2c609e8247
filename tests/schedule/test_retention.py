from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from pytest_django import Settings

from conference.cleaning import clean
from rooms.actors import actor
from rooms.models import Room
from schedule import commands, planning
from schedule.models import Answer, Invitee, Occurrence, ScheduledMeeting
from tests.cast import person
from tests.rooms.scenes import make_room
from tests.schedule.lessons import make_date

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.fixture
def room(settings: Settings) -> Room:
    settings.HISTORY_DAYS = 10
    return make_room()


def days(count: float) -> datetime:
    return NINE + timedelta(days=count)


def invite(date: Occurrence) -> None:
    invitee = Invitee.objects.create(scheduled=date.scheduled, email="carol@example.org")
    Answer.objects.create(invitee=invitee, occurrence=date, choice="yes")
    ScheduledMeeting.objects.filter(pk=date.scheduled_id).update(created_at=NINE - timedelta(days=1))


def test_a_meeting_is_removed_long_after_its_date_with_whom_was_invited(room: Room) -> None:
    invite(make_date(room, NINE))
    clean(days(10))
    assert Answer.objects.exists()
    clean(days(11))
    assert not any(model.objects.exists() for model in (ScheduledMeeting, Occurrence, Invitee, Answer))


def test_a_meeting_that_goes_on_loses_its_old_dates_only(room: Room) -> None:
    date = make_date(room, NINE)
    invite(date)
    date.scheduled.occurrences.create(original_at=days(20), starts_at=days(20), ends_at=days(20.1))
    clean(days(15))
    assert [one.starts_at for one in Occurrence.objects.all()] == [days(20)]
    assert (Invitee.objects.count(), Answer.objects.count()) == (1, 0)


def test_a_meeting_whose_dates_are_not_made_yet_stays(room: Room) -> None:
    invite(make_date(room, NINE))
    ScheduledMeeting.objects.update(planned_until=days(400))
    clean(days(15))
    assert ScheduledMeeting.objects.exists()
    ScheduledMeeting.objects.update(cancelled_at=NINE)
    clean(days(15))
    assert not ScheduledMeeting.objects.exists()


def test_dates_that_were_removed_are_not_made_again(room: Room) -> None:
    fields = commands.Fields("Lesson", "", NINE.date(), time(9), 60, "UTC", "FREQ=WEEKLY;COUNT=100")
    scheduled = commands.schedule(room, actor(person("Alice"), "owner"), fields)
    planning.place(scheduled, days(0))
    before = scheduled.occurrences.count()
    clean(days(30))
    removed = before - scheduled.occurrences.count()
    planning.place(scheduled, days(30))
    assert (removed, scheduled.occurrences.earliest("starts_at").starts_at) == (3, days(21))
