"""Alice teaches from nine to ten. Bob is late, Carol is a guest, and Mallory comes when nothing is scheduled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from rooms import history
from rooms.models import Meeting, Room
from schedule import reports
from schedule.models import Occurrence
from schedule.reports import ReportedMeeting
from tests.rooms.scenes import make_room
from tests.schedule.lessons import make_date

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def minutes(count: float) -> datetime:
    return NINE + timedelta(minutes=count)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


def stay(room: Room, participant: str, who: User | str, begin: float, end: float | None) -> None:
    """Somebody comes and goes. Without an account they are a guest whose cookie is their name."""
    identity, name = (f"user:{who.pk}", str(who)) if isinstance(who, User) else (f"guest:{who}", who)
    history.joined(str(room.pk), participant, identity, name, "member", at=minutes(begin))
    if end is not None:
        history.left(str(room.pk), participant, "left", at=minutes(end))


def report(room: Room, now: float = 24 * 60) -> list[ReportedMeeting]:
    return reports.meetings(room, minutes(-9 * 60), minutes(15 * 60), minutes(now))


def minutes_of(meeting: ReportedMeeting) -> dict[str, tuple[int, int, int, int]]:
    """By name: minutes present, per cent, minutes late, and minutes left early."""

    def whole(time: timedelta) -> int:
        return int(time.total_seconds() // 60)

    return {one.name: (whole(one.time), one.share, whole(one.late), whole(one.early)) for one in meeting.people}


def test_only_the_time_of_the_lesson_counts(room: Room, alice: User, bob: User) -> None:
    make_date(room, NINE)
    history.joined(str(room.pk), "pa", f"user:{alice.pk}", "Alice", "owner", at=minutes(-10))
    stay(room, "pb", bob, 15, 45)
    history.left(str(room.pk), "pa", "left", at=minutes(70))
    [lesson] = report(room)
    assert (lesson.title, lesson.starts_at, lesson.ends_at, lesson.goes_on) == ("Lesson", NINE, minutes(60), False)
    assert minutes_of(lesson) == {"Alice": (60, 100, 0, 0), "Bob": (30, 50, 15, 15)}


def test_a_few_minutes_are_no_lateness(room: Room, alice: User) -> None:
    make_date(room, NINE)
    stay(room, "pa", alice, 5, 55)
    [lesson] = report(room)
    assert minutes_of(lesson) == {"Alice": (50, 83, 0, 0)}


def test_one_sitting_over_two_lessons_counts_in_both(room: Room, alice: User, bob: User) -> None:
    make_date(room, NINE, title="Physics")
    make_date(room, minutes(60), title="Music")
    history.joined(str(room.pk), "pa", f"user:{alice.pk}", "Alice", "owner", at=NINE)
    stay(room, "pb", bob, 75, 120)
    history.left(str(room.pk), "pa", "left", at=minutes(120))
    physics, music = report(room)
    assert minutes_of(physics) == {"Alice": (60, 100, 0, 0)}
    assert minutes_of(music) == {"Alice": (60, 100, 0, 0), "Bob": (45, 75, 15, 0)}


def test_two_sittings_at_one_lesson_are_one_meeting(room: Room, alice: User) -> None:
    """Everybody lost the connection for a while. A guest is the same by name, though their cookie is forgotten."""
    make_date(room, NINE)
    for number, (begin, end) in enumerate([(0, 20), (40, 60)]):
        history.joined(str(room.pk), f"pa{number}", f"user:{alice.pk}", "Alice", "owner", at=minutes(begin))
        stay(room, f"pc{number}", "Carol", begin, end)
        history.left(str(room.pk), f"pa{number}", "left", at=minutes(end))
    assert Meeting.objects.count() == 2
    [lesson] = report(room)
    assert minutes_of(lesson) == {"Alice": (40, 66, 0, 0), "Carol": (40, 66, 0, 0)}


def test_two_guests_of_one_name_are_two(room: Room, alice: User) -> None:
    history.joined(str(room.pk), "pa", f"user:{alice.pk}", "Alice", "owner", at=NINE)
    for number, begin in enumerate((0, 10)):
        history.joined(str(room.pk), f"p{number}", f"guest:{number}", "Anna", "guest", at=minutes(begin))
        history.left(str(room.pk), f"p{number}", "left", at=minutes(begin + 10))
    history.left(str(room.pk), "pa", "left", at=minutes(20))
    [sitting] = report(room)
    assert [(one.key, one.share) for one in sitting.people[1:]] == [("name:0:anna", 50), ("name:1:anna", 50)]


def test_whoever_meets_at_no_date_is_not_late(room: Room, mallory: User, alice: User) -> None:
    make_date(room, NINE)
    stay(room, "pm", mallory, 90, 100)
    lesson, sitting = report(room)
    assert lesson.people == ()
    assert (sitting.title, sitting.occurrence, minutes_of(sitting)) == ("", None, {"Mallory": (10, 100, 0, 0)})


def test_cancelled_dates_and_those_to_come_do_not_count(room: Room) -> None:
    make_date(room, NINE, cancelled=True)
    make_date(room, minutes(60))
    assert [one.starts_at for one in report(room, now=30)] == []
    assert [one.starts_at for one in report(room, now=61)] == [minutes(60)]


def test_a_moved_date_counts_when_it_is(room: Room, alice: User) -> None:
    date = make_date(room, NINE)
    stay(room, "pa", alice, 30, 90)
    Occurrence.objects.filter(pk=date.pk).update(starts_at=minutes(30), ends_at=minutes(90), changed=True)
    [lesson] = report(room)
    assert minutes_of(lesson) == {"Alice": (60, 100, 0, 0)}


def test_a_lesson_that_goes_on_counts_until_now(room: Room, alice: User, bob: User) -> None:
    make_date(room, NINE)
    stay(room, "pa", alice, 0, None)
    stay(room, "pb", bob, 0, 15)
    history.seen([str(room.pk)], at=minutes(30))
    [lesson] = report(room, now=30)
    assert (lesson.ends_at, lesson.goes_on) == (minutes(30), True)
    assert minutes_of(lesson) == {"Alice": (30, 100, 0, 0), "Bob": (15, 50, 0, 0)}


def test_another_rooms_meetings_are_not_there(room: Room, alice: User) -> None:
    other = make_room(alice)
    make_date(other, NINE)
    stay(other, "pa", alice, 90, 100)
    assert report(room) == []


def test_a_date_that_begins_before_the_term_takes_its_sitting_with_it(room: Room, alice: User) -> None:
    make_date(room, NINE)
    stay(room, "pa", alice, 5, 60)
    assert reports.meetings(room, minutes(3), minutes(60), minutes(600)) == []


def test_over_a_term(room: Room, alice: User, bob: User, mallory: User) -> None:
    """Bob is a member who misses one of two lessons; Alice's other member misses both."""
    for lesson in (0, 120):
        make_date(room, minutes(lesson))
        history.joined(str(room.pk), "pa", f"user:{alice.pk}", "Alice", "owner", at=minutes(lesson))
        if lesson:
            stay(room, "pb", bob, lesson + 10, lesson + 40)
        history.left(str(room.pk), "pa", "left", at=minutes(lesson + 60))
    room.memberships.create(user=mallory)
    found = [(one.name, one.meetings, one.share, one.late, one.early) for one in reports.people(report(room), room)]
    assert found == [("Alice", 2, 100, 0, 0), ("Bob", 1, 25, 1, 1), ("Mallory", 0, 0, 0, 0)]


def test_time_in_breakout_rooms(room: Room, alice: User) -> None:
    """Only what is within the lesson."""
    make_date(room, NINE)
    history.joined(str(room.pk), "pa", f"user:{alice.pk}", "Alice", "owner", at=NINE)
    history.divided(str(room.pk), {"b1": "Group 1", "b2": "Group 2"}, {"pa": "b1"}, at=minutes(20))
    history.moved(str(room.pk), "pa", "b2", at=minutes(30))
    history.moved(str(room.pk), "pa", "b1", at=minutes(35))
    history.left(str(room.pk), "pa", "left", at=minutes(70))
    [lesson] = report(room)
    times = [(name, int(time.total_seconds()) // 60) for name, time in lesson.people[0].breakouts]
    assert times == [("Group 1", 35), ("Group 2", 5)]


def test_a_term_costs_few_queries(room: Room, alice: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for day in range(5):
        make_date(room, minutes(day * 100))
        stay(room, f"pa{day}", alice, day * 100, day * 100 + 60)
    with django_assert_num_queries(5):
        assert len(reports.people(report(room), room)) == 2
