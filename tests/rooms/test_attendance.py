"""Alice's lesson, from nine o'clock: who was there, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from rooms import attendance, history
from rooms.models import Attendance, Meeting, Room
from tests.rooms.scenes import make_room

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def minutes(count: float) -> datetime:
    return NINE + timedelta(minutes=count)


@pytest.fixture
def room(alice: User) -> Room:
    room = make_room(alice)
    history.joined(str(room.pk), "pa", f"user:{alice.pk}", "Alice", "owner", at=NINE)
    return room


def comes(room: Room, participant: str, identity: str, begin: float, end: float, name: str = "Bob") -> None:
    history.joined(str(room.pk), participant, identity, name, "guest", at=minutes(begin))
    history.left(str(room.pk), participant, "left", at=minutes(end))


def ends(room: Room, at: float = 60) -> Meeting:
    history.left(str(room.pk), "pa", "left", at=minutes(at))
    meeting = room.meetings.get()
    assert meeting.ended_at is not None
    return meeting


def found(meeting: Meeting) -> list[tuple[str, int, int]]:
    return [(one.name, one.seconds // 60, len(one.stays)) for one in attendance.presence(meeting)]


def test_the_stays_of_one_person_are_one_row(room: Room, bob: User) -> None:
    comes(room, "p1", f"user:{bob.pk}", 5, 15)
    comes(room, "p2", f"user:{bob.pk}", 30, 45)
    [alice, bobs] = attendance.presence(ends(room))
    assert (alice.name, alice.role, alice.seconds, alice.there) == ("Alice", "owner", 3600, False)
    assert (bobs.first_at, bobs.last_at, bobs.seconds, bobs.user_id) == (minutes(5), minutes(45), 25 * 60, bob.pk)
    assert bobs.stays == ((minutes(5), minutes(15)), (minutes(30), minutes(45)))


def test_two_windows_at_the_same_time_count_once(room: Room, bob: User) -> None:
    history.joined(str(room.pk), "p1", f"user:{bob.pk}", "Bob", "member", at=minutes(0))
    history.joined(str(room.pk), "p2", f"user:{bob.pk}", "Bob", "member", at=minutes(5))
    history.left(str(room.pk), "p1", "left", at=minutes(10))
    history.left(str(room.pk), "p2", "left", at=minutes(20))
    assert found(ends(room)) == [("Alice", 60, 1), ("Bob", 20, 1)]


def test_a_guest_who_comes_back_is_the_same_person_also_after_the_meeting(room: Room) -> None:
    """Their cookie is forgotten with the end. Two guests of one name are two."""
    comes(room, "p1", "guest:c1", 1, 5, "Carol")
    comes(room, "p2", "guest:c2", 2, 6, "Carol")
    comes(room, "p3", "guest:c1", 10, 15, "Carol K.")
    meeting = ends(room)
    assert set(meeting.attendances.values_list("guest", flat=True)) == {""}
    assert found(meeting) == [("Alice", 60, 1), ("Carol K.", 9, 2), ("Carol", 4, 1)]


def test_a_guest_who_was_lost_is_the_same_person_when_they_are_back(room: Room) -> None:
    history.joined(str(room.pk), "p1", "guest:c1", "Carol", "guest", at=minutes(1))
    history.seen([str(room.pk)], at=minutes(3))
    history.reconcile({str(room.pk): {"pa"}}, at=minutes(5))
    comes(room, "p2", "guest:c1", 10, 15, "Carol")
    meeting = ends(room)
    assert found(meeting) == [("Alice", 60, 1), ("Carol", 7, 2)]
    assert set(meeting.attendances.values_list("guest", flat=True)) == {""}


def test_the_stays_of_an_account_that_was_deleted_are_still_one_row(room: Room, bob: User) -> None:
    comes(room, "p1", f"user:{bob.pk}", 5, 15)
    comes(room, "p2", f"user:{bob.pk}", 30, 45)
    bob.delete()
    assert found(ends(room)) == [("Alice", 60, 1), ("Bob", 25, 2)]


def test_rows_of_a_release_that_numbered_nobody_are_each_somebody(room: Room, bob: User) -> None:
    for number, identity in enumerate(("guest:c1", "guest:c1", f"user:{bob.pk}", f"user:{bob.pk}")):
        comes(room, f"p{number}", identity, 10 * number, 10 * number + 5)
    Attendance.objects.update(person=None)
    assert found(ends(room)) == [("Alice", 60, 1), ("Bob", 5, 1), ("Bob", 5, 1), ("Bob", 10, 2)]


def test_whoever_is_there_has_been_until_the_meeting_was_last_seen(room: Room) -> None:
    history.seen([str(room.pk)], at=minutes(30))
    history.joined(str(room.pk), "p1", "guest:c1", "Carol", "guest", at=minutes(30.5))
    Meeting.objects.update(seen_at=minutes(30))
    [alice, carol] = attendance.presence(room.meetings.get())
    assert (alice.last_at, alice.there, alice.seconds) == (minutes(30), True, 30 * 60)
    assert (carol.last_at, carol.there, carol.seconds) == (minutes(30.5), True, 0)


def test_nobody_was_there(room: Room) -> None:
    meeting = ends(room)
    meeting.attendances.all().delete()
    assert attendance.presence(meeting) == []


def breakouts(meeting: Meeting) -> dict[str, list[tuple[str, float, float]]]:
    """By name of the person: the rooms in which they were, from which minute to which."""

    def minute(at: datetime) -> float:
        return (at - NINE).total_seconds() / 60

    return {
        one.name: [(name, minute(begin), minute(end)) for name, (begin, end) in one.breakouts]
        for one in attendance.presence(meeting)
    }


def test_who_was_in_which_breakout_room(room: Room, alice: User) -> None:
    """Alice stays in the main room and visits Bob; Carol leaves from hers; the rooms close."""
    for participant, name in (("pb", "Bob"), ("pc", "Carol")):
        history.joined(str(room.pk), participant, f"guest:{name}", name, "guest", at=minutes(1))
    rooms = {"b1": "Group 1", "b2": "Group 2"}
    history.divided(str(room.pk), rooms, {"pb": "b1", "pc": "b2"}, at=minutes(10))
    history.moved(str(room.pk), "pa", "b1", at=minutes(12))
    history.moved(str(room.pk), "pa", "", at=minutes(14))
    history.left(str(room.pk), "pc", "left", at=minutes(15))
    history.moved(str(room.pk), "pb", "b2", at=minutes(16))
    history.moved(str(room.pk), "pb", "b2", at=minutes(17))
    history.divided(str(room.pk), rooms, {}, at=minutes(18))
    history.divided(str(room.pk), {}, {"pb": ""}, at=minutes(20))
    history.left(str(room.pk), "pb", "left", at=minutes(30))
    assert breakouts(ends(room)) == {
        "Alice": [("Group 1", 12, 14)],
        "Bob": [("Group 1", 10, 16), ("Group 2", 16, 20)],
        "Carol": [("Group 2", 10, 15)],
    }


def test_whoever_comes_late_or_again_is_in_their_breakout_room(room: Room) -> None:
    history.divided(str(room.pk), {"b1": "Group 1"}, {}, at=minutes(10))
    history.joined(str(room.pk), "pb", "guest:b", "Bob", "guest", "b1", at=minutes(12))
    history.left(str(room.pk), "pb", "timeout", at=minutes(14))
    history.joined(str(room.pk), "pb", "guest:b", "Bob", "guest", "b1", at=minutes(14.5))
    history.left(str(room.pk), "pb", "left", at=minutes(16))
    history.joined(str(room.pk), "pd", "guest:b", "Bob", "guest", at=minutes(16.5))
    history.left(str(room.pk), "pd", "left", at=minutes(20))
    assert breakouts(ends(room))["Bob"] == [("Group 1", 12, 16)]


def test_a_breakout_room_of_no_meeting_or_of_nobody_is_none(room: Room, alice: User) -> None:
    history.divided(str(make_room(alice).pk), {"b1": "Group 1"}, {"pa": "b1"})
    history.moved(str(room.pk), "pa", "b9", at=minutes(3))
    history.moved(str(room.pk), "px", "b1", at=minutes(3))
    assert breakouts(ends(room)) == {"Alice": []}


def test_it_costs_few_queries(room: Room, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(5):
        comes(room, f"p{number}", f"guest:{number}", number, number + 1)
    history.divided(str(room.pk), {"b1": "Group 1"}, {"pa": "b1"}, at=minutes(30))
    meeting = ends(room)
    with django_assert_num_queries(3):
        assert len(attendance.presence(meeting)) == 6
