"""Scheduled meetings on a real database: what becomes of the dates, who is told, who may do it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from rooms import commands as room_commands
from rooms.actors import actor
from rooms.models import AuditEntry, Ban, Membership, Room
from schedule import changes, commands, planning
from schedule.commands import Gone
from schedule.models import Answer, Invitee, Occurrence, ScheduledMeeting
from schedule.recurrence import AHEAD, Recurrence
from signaling.permissions import Standing
from tests.cast import person
from tests.rooms.scenes import make_room
from tests.schedule.scenes import enter, fields, lesson_day, starts, ten, weekly

pytestmark = pytest.mark.django_db

WEEK, HOUR = timedelta(weeks=1), timedelta(hours=1)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture
def told() -> Iterator[list[tuple[str, int, int | None]]]:
    """What was sent: the name of the signal, the meeting, the date."""
    heard: list[tuple[str, int, int | None]] = []
    receivers = []
    for name in ("scheduled", "rescheduled", "called_off"):

        def hear(scheduled: ScheduledMeeting, occurrence: Occurrence | None, name: str = name, **_: Any) -> None:
            heard.append((name, scheduled.pk, occurrence.pk if occurrence else None))

        getattr(changes, name).connect(hear)
        receivers.append((name, hear))
    yield heard
    for name, hear in receivers:
        getattr(changes, name).disconnect(hear)


def nth(scheduled: ScheduledMeeting, index: int) -> Occurrence:
    return scheduled.occurrences.order_by("original_at")[index]


def over(scheduled: ScheduledMeeting, count: int) -> None:
    """So many weeks go by: everything is that much earlier."""
    for row in scheduled.occurrences.all():
        row.original_at, row.starts_at, row.ends_at = (
            moment - count * WEEK for moment in (row.original_at, row.starts_at, row.ends_at)
        )
        scheduled.occurrences.filter(pk=row.pk).update(original_at=row.original_at, starts_at=row.starts_at, ends_at=row.ends_at)
    scheduled.date -= count * WEEK
    scheduled.save()


def change(scheduled: ScheduledMeeting, what: commands.Fields, scope: commands.Scope, **options: Any) -> ScheduledMeeting:
    return commands.change(scheduled, actor(person("Alice"), "owner"), what, scope=scope, **options)


def cancel(scheduled: ScheduledMeeting, scope: commands.Scope, occurrence: Occurrence | None = None) -> None:
    commands.cancel(scheduled, actor(person("Alice"), "owner"), scope=scope, occurrence=occurrence)


# Making


def test_alice_schedules_one_lesson(room: Room, alice: User, told: list[Any]) -> None:
    lesson = enter(room, alice, fields())
    assert starts(lesson) == [ten(lesson_day())]
    assert (lesson.organiser, lesson.sequence, lesson.title) == (alice, 0, "Lesson")
    assert told == [("scheduled", lesson.pk, None)]
    entry = AuditEntry.objects.get(action="scheduled")
    assert (entry.actor, entry.target, entry.room) == (alice, "Lesson", room)


def test_a_weekly_lesson_stays_at_ten_in_summer_and_in_winter(room: Room, alice: User) -> None:
    lesson = enter(room, alice, weekly(count=60))
    dates = [lesson_day(week) for week in range(1, 61)]
    near = [day for day in dates if ten(day) < ten(dates[0]) + AHEAD]
    assert starts(lesson) == [ten(day) for day in near]
    assert {start.hour for start in starts(lesson)} == {8, 9}


def test_dates_are_made_for_400_days_and_the_job_makes_those_that_follow(room: Room, alice: User) -> None:
    lesson = enter(room, alice, fields(recurs=Recurrence("daily")))
    made = lesson.occurrences.count()
    assert made in {400, 401}
    planning.plan(lambda: False)
    assert lesson.occurrences.count() == made, "it has been planned today"
    lesson.occurrences.filter(starts_at__gt=Now() + timedelta(days=300)).delete()
    ScheduledMeeting.objects.update(planned_until=Now() + timedelta(days=300))
    planning.plan(lambda: True)
    assert lesson.occurrences.count() < 310, "the process ends"
    planning.plan(lambda: False)
    assert lesson.occurrences.count() >= 397


def test_a_meeting_that_cannot_be_planned_holds_up_no_other(room: Room, alice: User) -> None:
    """For example because an update of the zones took its zone away."""
    broken, lesson = (enter(room, alice, fields(recurs=Recurrence("daily"))) for _ in range(2))
    ScheduledMeeting.objects.filter(pk=broken.pk).update(zone="Mars/Olympus", planned_until=timezone.now() - timedelta(days=2))
    ScheduledMeeting.objects.filter(pk=lesson.pk).update(planned_until=timezone.now() - timedelta(days=1))
    lesson.occurrences.all().delete()
    with pytest.raises(ZoneInfoNotFoundError):
        planning.plan(lambda: False)
    assert lesson.occurrences.exists()


def test_what_is_over_is_planned_no_more(room: Room, alice: User) -> None:
    lesson = enter(room, alice, weekly(count=2))
    over(lesson, 10)
    ScheduledMeeting.objects.update(planned_until=Now())
    planning.plan(lambda: False)
    lesson.refresh_from_db()
    assert lesson.planned_until is None and lesson.occurrences.count() == 2


# Changing


def test_one_date_is_moved_and_stays_when_the_others_are(room: Room, alice: User, told: list[Any]) -> None:
    lesson = enter(room, alice, weekly(count=4))
    second = nth(lesson, 1)
    change(lesson, fields(date=lesson_day(2) + timedelta(days=1), begins=time(15), title="Excursion"), "one", occurrence=second)
    second.refresh_from_db()
    assert (second.starts_at, second.original_at) == (ten(lesson_day(2) + timedelta(days=1), time(15)), ten(lesson_day(2)))
    assert (second.title, second.own_agenda, second.changed) == ("Excursion", "", True)
    moved = change(lesson, weekly(count=4, begins=time(11)), "all")
    assert starts(moved, changed=False) == [ten(lesson_day(week), time(11)) for week in (1, 3, 4)]
    second.refresh_from_db()
    assert (second.starts_at, second.original_at) == (
        ten(lesson_day(2) + timedelta(days=1), time(15)),
        ten(lesson_day(2), time(11)),
    )
    assert [one[::2] for one in told] == [("scheduled", None), ("rescheduled", second.pk), ("rescheduled", None)]
    assert moved.sequence == 2
    assert AuditEntry.objects.filter(action="rescheduled").count() == 2


def test_all_move_to_another_day_and_keep_their_rows(room: Room, alice: User) -> None:
    """So answers and reminders stay with their date, and what was cancelled stays so."""
    lesson = enter(room, alice, weekly(count=4))
    before = list(lesson.occurrences.order_by("pk").values_list("pk", flat=True))
    cancel(lesson, "one", nth(lesson, 2))
    later_day = lesson_day() + timedelta(days=2)
    moved = change(lesson, weekly(date=later_day, count=4), "all")
    assert starts(moved) == [ten(later_day + week * WEEK) for week in range(4)]
    assert list(moved.occurrences.order_by("pk").values_list("pk", flat=True)) == before
    assert starts(moved, cancelled=True) == [ten(later_day + 2 * WEEK)]


@pytest.mark.parametrize("weeks", [1, 2, 5])
def test_all_move_by_weeks_and_each_takes_the_place_of_another(room: Room, alice: User, weeks: int) -> None:
    lesson = enter(room, alice, weekly(date=lesson_day(6), count=4))
    before = list(lesson.occurrences.order_by("starts_at").values_list("pk", flat=True))
    for first in (lesson_day(6 + weeks), lesson_day(6)):
        lesson = change(lesson, weekly(date=first, count=4), "all")
        assert starts(lesson) == [ten(first + week * WEEK) for week in range(4)]
        assert list(lesson.occurrences.order_by("starts_at").values_list("pk", flat=True)) == before


def test_a_meeting_moves_to_another_zone(room: Room, alice: User) -> None:
    lesson = enter(room, alice, weekly(count=3))
    before = set(lesson.occurrences.values_list("pk", flat=True))
    moved = change(lesson, weekly(count=3, zone="Asia/Tokyo"), "all")
    assert {(start.hour, start.minute) for start in starts(moved)} == {(1, 0)}
    assert set(moved.occurrences.values_list("pk", flat=True)) == before


def test_a_meeting_recurs_less_often(room: Room, alice: User) -> None:
    lesson = enter(room, alice, weekly(count=8))
    kept = nth(lesson, 2).pk
    fewer = change(lesson, weekly(count=2, every=2), "all")
    assert starts(fewer) == [ten(lesson_day(1)), ten(lesson_day(3))]
    assert nth(fewer, 1).pk == kept


def test_this_and_the_following_dates_get_an_entry_of_their_own(room: Room, alice: User, told: list[Any]) -> None:
    lesson = enter(room, alice, weekly(count=6))
    cancel(lesson, "one", nth(lesson, 4))
    third = nth(lesson, 2)
    later = change(lesson, weekly(date=lesson_day(3), begins=time(14), count=4), "following", occurrence=third)
    lesson.refresh_from_db()
    assert later.pk != lesson.pk and later.follows == lesson and later.uid != lesson.uid
    assert starts(lesson) == [ten(lesson_day(1)), ten(lesson_day(2))]
    assert starts(later) == [ten(lesson_day(week), time(14)) for week in (3, 4, 5, 6)]
    assert starts(later, cancelled=True) == [ten(lesson_day(5), time(14))]
    assert nth(later, 0).pk == third.pk
    assert told[-2:] == [("rescheduled", lesson.pk, None), ("scheduled", later.pk, None)]
    assert (lesson.sequence, later.sequence) == (2, 0)


def test_this_and_the_following_dates_from_the_first_one_are_all(room: Room, alice: User) -> None:
    lesson = enter(room, alice, weekly(count=3))
    same = change(lesson, weekly(begins=time(14), count=3), "following", occurrence=nth(lesson, 0))
    assert same.pk == lesson.pk and {start.hour for start in starts(same)} <= {12, 13}


def test_a_moved_date_that_is_changed_with_the_following_takes_their_time(room: Room, alice: User) -> None:
    lesson = enter(room, alice, weekly(count=4))
    change(lesson, fields(date=lesson_day(2), begins=time(17), title="Excursion"), "one", occurrence=nth(lesson, 1))
    later = change(lesson, weekly(date=lesson_day(2), begins=time(9), count=3), "following", occurrence=nth(lesson, 1))
    assert starts(later) == [ten(lesson_day(week), time(9)) for week in (2, 3, 4)]
    assert nth(later, 0).title == "Lesson"


def test_the_invited_are_invited_to_the_following_dates_with_their_answers(room: Room, alice: User, bob: User) -> None:
    lesson = enter(room, alice, weekly(count=4))
    guest = Invitee.objects.create(scheduled=lesson, email="carol@example.org", name="Carol", language="de")
    Invitee.objects.create(scheduled=lesson, email="bob@example.org", user=bob, silent_since=timezone.now())
    Answer.objects.create(invitee=guest, choice="yes")
    Answer.objects.create(invitee=guest, choice="no", occurrence=nth(lesson, 0))
    Answer.objects.create(invitee=guest, choice="maybe", occurrence=nth(lesson, 3), comment="I may be late.")
    later = change(lesson, weekly(date=lesson_day(3), count=2), "following", occurrence=nth(lesson, 2))
    assert [(one.email, one.user, one.language) for one in later.invitees.all()] == [
        ("bob@example.org", bob, ""),
        ("carol@example.org", None, "de"),
    ]
    assert later.invitees.get(user=bob).silent_since is not None
    answers = Answer.objects.filter(invitee__scheduled=later).order_by("choice")
    assert [(one.choice, one.occurrence) for one in answers] == [("maybe", nth(later, 1)), ("yes", None)]
    assert sorted(Answer.objects.filter(invitee=guest).values_list("choice", flat=True)) == ["no", "yes"]


def test_what_is_over_stays_as_it_was(room: Room, alice: User) -> None:
    lesson = enter(room, alice, weekly(count=6))
    over(lesson, 3)
    held = starts(lesson, ends_at__lt=Now())
    assert len(held) == 3
    moved = change(lesson, weekly(date=lesson.date, begins=time(16), count=6), "all")
    assert starts(moved)[:3] == held
    assert len(starts(moved)) == 6 and {start.hour for start in starts(moved)[3:]} <= {14, 15}
    planning.place(moved, timezone.now())
    assert starts(moved)[:3] == held and len(starts(moved)) == 6


def test_a_series_that_began_moves_by_weeks_in_both_directions(room: Room, alice: User) -> None:
    lesson = enter(room, alice, weekly(count=6))
    over(lesson, 3)
    first, held = lesson.date, starts(lesson, ends_at__lt=Now())
    for weeks in (2, 0, -1, 1):
        lesson = change(lesson, weekly(date=first + weeks * WEEK, count=6), "all")
        assert starts(lesson)[:3] == held
        assert starts(lesson)[3:] == [ten(first + week * WEEK) for week in range(3, 6 + weeks)]


def test_a_meeting_that_goes_on_can_be_moved_and_cancelled(room: Room, alice: User) -> None:
    lesson = enter(room, alice, fields(minutes=120))
    lesson.occurrences.update(starts_at=Now() - HOUR, original_at=Now() - HOUR, ends_at=Now() + HOUR)
    moved = change(lesson, fields(), "all")
    assert starts(moved) == [ten(lesson_day())]
    cancel(moved, "all")
    assert starts(moved, cancelled=True) == [ten(lesson_day())]


# Cancelling


def test_one_date_is_cancelled_and_its_row_stays(room: Room, alice: User, told: list[Any]) -> None:
    lesson = enter(room, alice, weekly(count=3))
    second = nth(lesson, 1)
    cancel(lesson, "one", second)
    lesson.refresh_from_db()
    assert starts(lesson, cancelled=True) == [ten(lesson_day(2))] and lesson.cancelled_at is None
    assert told[-1] == ("called_off", lesson.pk, second.pk) and lesson.sequence == 1
    assert AuditEntry.objects.filter(action="called_off", target="Lesson").count() == 1
    with pytest.raises(Gone):
        cancel(lesson, "one", second)


def test_this_and_the_following_are_cancelled(room: Room, alice: User, told: list[Any]) -> None:
    lesson = enter(room, alice, weekly(count=5))
    cancel(lesson, "following", nth(lesson, 2))
    lesson.refresh_from_db()
    assert starts(lesson) == [ten(lesson_day(1)), ten(lesson_day(2))] and lesson.cancelled_at is None
    assert told[-1] == ("rescheduled", lesson.pk, None)


@pytest.mark.parametrize("scope", ["following", "all"])
def test_all_are_cancelled(room: Room, alice: User, told: list[Any], scope: commands.Scope) -> None:
    lesson = enter(room, alice, weekly(count=3))
    cancel(lesson, scope, nth(lesson, 0))
    lesson.refresh_from_db()
    assert len(starts(lesson, cancelled=True)) == 3 and lesson.cancelled_at is not None
    assert told[-1] == ("called_off", lesson.pk, None)
    with pytest.raises(Gone):
        change(lesson, weekly(), "all")


def test_lessons_that_were_held_are_not_cancelled_afterwards(room: Room, alice: User) -> None:
    lesson = enter(room, alice, weekly(count=4))
    over(lesson, 2)
    with pytest.raises(Gone):
        cancel(lesson, "one", nth(lesson, 0))
    cancel(lesson, "all")
    assert len(starts(lesson, cancelled=False)) == 2


def test_a_meeting_that_is_over_cannot_be_changed(room: Room, alice: User) -> None:
    lesson = enter(room, alice, fields())
    over(lesson, 5)
    with pytest.raises(Gone):
        change(lesson, fields(), "all")


# Who may do it, and what is gone meanwhile


@pytest.mark.parametrize("standing", ["member", "guest"])
def test_members_and_guests_schedule_nothing(room: Room, alice: User, bob: User, standing: Standing) -> None:
    lesson = enter(room, alice, weekly())
    by = actor(bob, standing)
    with pytest.raises(PermissionDenied):
        commands.schedule(room, by, fields())
    with pytest.raises(PermissionDenied):
        commands.change(lesson, by, weekly(), scope="all")
    with pytest.raises(PermissionDenied):
        commands.cancel(lesson, by, scope="all")
    assert ScheduledMeeting.objects.count() == 1 and starts(lesson, cancelled=True) == []


def test_a_date_of_another_meeting_is_none_of_this(room: Room, alice: User) -> None:
    lesson, other = enter(room, alice, weekly()), enter(room, alice, weekly(title="Other"))
    with pytest.raises(Gone):
        change(lesson, fields(), "one", occurrence=nth(other, 0))


def test_an_error_of_a_receiver_undoes_everything(room: Room, alice: User) -> None:
    def refuse(**_: object) -> None:
        raise OSError

    changes.scheduled.connect(refuse)
    try:
        with pytest.raises(OSError):
            enter(room, alice, fields())
    finally:
        changes.scheduled.disconnect(refuse)
    assert not ScheduledMeeting.objects.exists() and not AuditEntry.objects.filter(action="scheduled").exists()


def test_a_room_is_deleted_and_its_meetings_are_called_off(room: Room, alice: User, told: list[Any]) -> None:
    lesson, past = enter(room, alice, weekly()), enter(room, alice, fields(title="Past"))
    over(past, 5)
    room_commands.delete(actor(alice, "owner"), Room.objects.get(pk=room.pk))
    assert told[-1] == ("called_off", lesson.pk, None) and len(told) == 3
    assert not ScheduledMeeting.objects.exists()
    with pytest.raises(Gone):
        enter(room, alice, fields())
    with pytest.raises(Gone):
        change(lesson, fields(), "all")


def test_the_organiser_is_deleted_and_the_meetings_stay(room: Room, alice: User, bob: User) -> None:
    Membership.objects.filter(user=bob).update(role="host")
    lesson = enter(room, alice, weekly(count=3))
    alice.delete()
    lesson.refresh_from_db()
    assert lesson.organiser is None and len(starts(lesson)) == 3
    by = actor(bob, Room.objects.permitting(bob.pk, "schedule").get().role)
    commands.cancel(lesson, by, scope="all")
    assert len(starts(lesson, cancelled=True)) == 3


def test_a_clock_of_a_worker_that_is_wrong_changes_nothing(room: Room, alice: User, wrong_clock: None) -> None:
    day = lesson_day() - timedelta(days=30)
    lesson = enter(room, alice, fields(date=day))
    assert starts(lesson) == [ten(day)], "by the clock of the worker it would be over"


# Rules of zones


def test_dates_follow_when_the_rules_of_their_zone_change(
    room: Room, alice: User, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if Berlin had left its time: dates that nobody moved stay at ten o'clock, also where the day is another in UTC."""
    lesson = enter(room, alice, weekly(count=3, begins=time(0, 30)))
    change(lesson, fields(date=lesson_day(2), begins=time(20)), "one", occurrence=nth(lesson, 1))
    rows = list(lesson.occurrences.order_by("pk").values_list("pk", flat=True))
    moved = nth(lesson, 1).starts_at
    for row in lesson.occurrences.all():
        row.original_at -= HOUR
        if not row.changed:
            row.starts_at, row.ends_at = row.starts_at - HOUR, row.ends_at - HOUR
        row.save()
    ScheduledMeeting.objects.update(planned_until=Now())
    planning.plan(lambda: False)
    assert [one.original_at for one in lesson.occurrences.order_by("original_at")] == [
        ten(lesson_day(week), time(0, 30)) for week in (1, 2, 3)
    ]
    assert nth(lesson, 1).starts_at == moved
    assert list(lesson.occurrences.order_by("pk").values_list("pk", flat=True)) == rows
    assert told[-1] == ("rescheduled", lesson.pk, None)


# Who sees what


def test_who_sees_a_meeting(room: Room, alice: User, bob: User) -> None:
    lesson = enter(room, alice, weekly(count=2))
    carol, mallory = person("Carol"), person("Mallory")
    Invitee.objects.create(scheduled=lesson, email=carol.email, user=carol)
    Invitee.objects.create(scheduled=lesson, email="nobody@example.org")
    seen = {
        name: Occurrence.objects.visible_to(who).count()
        for name, who in (("alice", alice), ("bob", bob), ("carol", carol), ("mallory", mallory), ("nobody", AnonymousUser()))
    }
    assert seen == {"alice": 2, "bob": 2, "carol": 2, "mallory": 0, "nobody": 0}
    Ban.objects.create(room=room, user=carol, name="Carol")
    assert not ScheduledMeeting.objects.visible_to(carol).exists()


def test_dates_of_a_time_and_those_to_come(room: Room, alice: User) -> None:
    lesson = enter(room, alice, weekly(count=3))
    first = ten(lesson_day())
    assert [one.starts_at for one in Occurrence.objects.between(first + HOUR / 2, first + 2 * HOUR)] == [first]
    assert not Occurrence.objects.between(first + HOUR, first + 2 * HOUR).exists()
    cancel(lesson, "one", nth(lesson, 0))
    assert Occurrence.objects.between(first, first + HOUR).count() == 1
    assert [one.starts_at for one in Occurrence.objects.upcoming(Now())] == [ten(lesson_day(2)), ten(lesson_day(3))]
