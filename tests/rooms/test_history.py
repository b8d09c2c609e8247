from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F, Q
from django.db.models.functions import Now
from pytest_django import DjangoAssertNumQueries

from accounts.clock import Moment
from accounts.models import User
from rooms import history
from rooms.actors import actor
from rooms.models import Attendance, AuditEntry, Ban, Meeting, Membership, Room
from signaling.journal import Journal
from signaling.permissions import Actor
from signaling.ports import Stay
from signaling.protocol.values import Role
from signaling.roster.base import Record
from tests.rooms.scenes import make_room

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def minutes(count: float) -> datetime:
    return NINE + timedelta(minutes=count)


@pytest.fixture
def room(bob: User) -> Room:
    return make_room(member=bob)


def alice_joins(room: Room, alice: User, at: datetime = NINE) -> None:
    history.joined(str(room.pk), "pa", f"user:{alice.pk}", "Alice", "owner", at=at)


def carol_joins(room: Room, at: datetime = NINE) -> None:
    history.joined(str(room.pk), "pc", "guest:c1", "Carol", "guest", at=at)


def test_a_meeting_goes_from_the_first_join_to_the_last_leave(room: Room, alice: User) -> None:
    alice_joins(room, alice)
    carol_joins(room, minutes(1))
    history.left(str(room.pk), "pa", "left", at=minutes(5))
    meeting = Meeting.objects.get()
    assert meeting.ended_at is None
    history.left(str(room.pk), "pc", "timeout", at=minutes(7))
    meeting.refresh_from_db()
    assert meeting.started_at == NINE
    assert meeting.ended_at == minutes(7)
    stays = meeting.attendances.values_list("name", "user", "role", "joined_at", "left_at", "reason")
    assert list(stays) == [
        ("Alice", alice.pk, "owner", NINE, minutes(5), "left"),
        ("Carol", None, "guest", minutes(1), minutes(7), "timeout"),
    ]


def test_the_next_join_opens_the_next_meeting(room: Room, alice: User) -> None:
    for start in (0, 10):
        alice_joins(room, alice, minutes(start))
        history.left(str(room.pk), "pa", "left", at=minutes(start + 5))
    assert list(Meeting.objects.values_list("started_at", "ended_at")) == [
        (minutes(10), minutes(15)),
        (NINE, minutes(5)),
    ]


def test_joining_twice_is_one_attendance(room: Room, alice: User) -> None:
    alice_joins(room, alice)
    alice_joins(room, alice, minutes(2))
    stay = Attendance.objects.get()
    assert (stay.joined_at, stay.left_at) == (NINE, None)


def test_who_comes_and_goes_has_one_row(room: Room, alice: User, bob: User) -> None:
    alice_joins(room, alice)
    people: list[tuple[str, Role]] = [(f"user:{bob.pk}", "member"), ("guest:c1", "guest")]
    for identity, role in people:
        for number in range(50):
            at = minutes(1 + number / 10)
            history.joined(str(room.pk), f"{role}{number}", identity, "Mallory", role, at=at)
            history.left(str(room.pk), f"{role}{number}", "left", at=at)
        stay = Attendance.objects.get(role=role)
        assert (stay.participant, stay.joined_at, stay.left_at) == (f"{role}49", minutes(1), minutes(5.9))
        history.joined(str(room.pk), f"{role}50", identity, "Mallory", role, at=minutes(8))
        assert Attendance.objects.filter(role=role).count() == 2


def test_a_row_that_says_why_somebody_was_taken_out_stays(room: Room, alice: User) -> None:
    alice_joins(room, alice)
    carol_joins(room)
    history.left(str(room.pk), "pc", "removed", at=minutes(1))
    history.joined(str(room.pk), "pd", "guest:c1", "Carol", "guest", at=minutes(1.5))
    assert history.recall(str(room.pk), "pc", at=minutes(2)).verdict == "removed"


def test_a_verdict_counts_that_is_written_before_the_joining(room: Room, alice: User) -> None:
    """By another worker than that of the joining."""
    alice_joins(room, alice)
    history.left(str(room.pk), "pc", "removed", at=minutes(1))
    carol_joins(room)
    assert history.recall(str(room.pk), "pc", at=minutes(2)).verdict == "removed"


def test_two_windows_of_a_person_are_two_rows(room: Room, alice: User) -> None:
    alice_joins(room, alice)
    history.joined(str(room.pk), "pb", f"user:{alice.pk}", "Alice", "owner", at=minutes(1))
    assert Attendance.objects.count() == 2


def test_who_was_thought_lost_is_back(room: Room, alice: User) -> None:
    alice_joins(room, alice)
    carol_joins(room)
    history.left(str(room.pk), "pc", "timeout", at=minutes(1))
    carol_joins(room, minutes(2))
    stay = Attendance.objects.get(participant="pc")
    assert (stay.joined_at, stay.left_at, stay.reason) == (NINE, None, "")


def test_leaving_twice_keeps_the_first(room: Room, alice: User) -> None:
    alice_joins(room, alice)
    history.left(str(room.pk), "pa", "left", at=minutes(1))
    history.left(str(room.pk), "pa", "timeout", at=minutes(2))
    stay = Attendance.objects.get()
    assert (stay.left_at, stay.reason) == (minutes(1), "left")


def test_the_same_participant_id_in_another_room_is_another_participant(room: Room, alice: User) -> None:
    other = make_room(alice)
    alice_joins(room, alice)
    history.left(str(other.pk), "pa", "left", at=minutes(1))
    assert Attendance.objects.get().left_at is None


def test_a_crash_ends_attendance_when_it_was_last_seen(room: Room, alice: User) -> None:
    alice_joins(room, alice)
    history.seen([str(room.pk)], at=minutes(3))
    history.reconcile({}, at=minutes(60))
    stay, meeting = Attendance.objects.get(), Meeting.objects.get()
    assert (stay.left_at, stay.reason) == (minutes(3), "lost")
    assert meeting.ended_at == minutes(3)


def test_a_meeting_from_which_everybody_was_deleted_ends(room: Room, alice: User) -> None:
    alice_joins(room, alice)
    history.seen([str(room.pk)], at=minutes(3))
    Attendance.objects.all().delete()
    history.reconcile({}, at=minutes(0.5))
    assert Meeting.objects.get().ended_at is None
    history.reconcile({}, at=minutes(60))
    assert Meeting.objects.get().ended_at == minutes(3)


def test_nobody_leaves_before_they_joined(room: Room, alice: User) -> None:
    alice_joins(room, alice)
    carol_joins(room, minutes(5))
    history.reconcile({}, at=minutes(60))
    assert Attendance.objects.get(participant="pc").left_at == minutes(5)
    assert Meeting.objects.get().ended_at == minutes(5)


def test_who_is_in_the_roster_stays(room: Room, alice: User) -> None:
    alice_joins(room, alice)
    carol_joins(room)
    history.reconcile({str(room.pk): {"pa"}}, at=minutes(60))
    assert Attendance.objects.get(participant="pa").left_at is None
    assert Attendance.objects.get(participant="pc").left_at is not None
    assert Meeting.objects.get().ended_at is None


def test_who_joined_just_now_is_left_alone(room: Room, alice: User) -> None:
    alice_joins(room, alice)
    history.reconcile({}, at=minutes(0.5))
    assert Attendance.objects.get().left_at is None


def test_seen_costs_one_query(room: Room, alice: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    alice_joins(room, alice)
    with django_assert_num_queries(1):
        history.seen([str(room.pk), "999"], at=minutes(1))
    assert Meeting.objects.get().seen_at == minutes(1)


def test_a_deleted_room_has_no_history(room: Room, alice: User) -> None:
    room_id = str(room.pk)
    room.delete()
    history.joined(room_id, "pa", f"user:{alice.pk}", "Alice", "owner")
    history.left(room_id, "pa", "left")
    history.banned(room_id, actor(alice, "owner"), "guest:m", "Mallory", "guest")
    history.audit(room_id, actor(alice, "owner"), "removed", ("Bob", "member"))
    assert not Meeting.objects.exists()
    assert not AuditEntry.objects.exists()


def test_alice_bans_mallory(room: Room, alice: User, mallory: User) -> None:
    Membership.objects.create(room=room, user=mallory)
    history.banned(str(room.pk), actor(alice, "owner"), f"user:{mallory.pk}", "Mallory", "member")
    ban = Ban.objects.get()
    assert (ban.user, ban.guest, ban.name, ban.by) == (mallory, "", "Mallory", alice)
    assert not room.memberships.filter(user=mallory).exists()
    entry = AuditEntry.objects.get()
    assert (entry.room, entry.actor, entry.actor_name, entry.action, entry.target) == (room, alice, "Alice", "banned", "Mallory")


def test_alice_bans_a_guest_twice(room: Room, alice: User) -> None:
    for _ in range(2):
        history.banned(str(room.pk), actor(alice, "owner"), "guest:m1", "Alice (Owner)", "guest")
    ban = Ban.objects.get()
    assert (ban.user, ban.guest) == (None, "m1")
    assert [(entry.action, entry.target) for entry in AuditEntry.objects.all()] == [("banned", "Guest Alice (Owner)")]


def test_what_a_guest_did_is_under_their_name(room: Room) -> None:
    history.audit(str(room.pk), Actor("host", "guest:c1", "Carol"), "removed", ("Mallory", "guest"))
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.actor_name, entry.target) == (None, "Carol", "Guest Mallory")


def test_what_somebody_is_kept_from_is_remembered_with_their_stay(room: Room, alice: User) -> None:
    alice_joins(room, alice)
    carol_joins(room)
    history.restricted(str(room.pk), "pc", {"microphone": "stopped"})
    history.restricted(str(room.pk), "pc", {"chat": "forbidden"})
    history.restricted("999", "pa", {"chat": "forbidden"})
    past = history.recall(str(room.pk), "pc", at=minutes(1))
    assert {stay.name: stay.restrictions for stay in past.stays} == {"Alice": {}, "Carol": {"chat": "forbidden"}}


def test_a_stay_is_remembered_while_its_meeting_was_seen_lately(room: Room, alice: User) -> None:
    alice_joins(room, alice)
    carol_joins(room, minutes(1))
    history.seen([str(room.pk)], at=minutes(2))
    past = history.recall(str(room.pk), "pc", at=minutes(7))
    assert past == (None, [Stay("pa", "Alice", "owner", f"user:{alice.pk}", {}), Stay("pc", "Carol", "guest", "guest:c1", {})])
    assert history.recall(str(room.pk), "pc", at=minutes(7.1)) == (None, [])


def test_whoever_is_back_shows_that_the_meeting_goes_on(room: Room, alice: User) -> None:
    """A server that is started anew again and again may never come to say so."""
    alice_joins(room, alice)
    for at in (4, 8, 12):
        history.joined(str(room.pk), "pa", f"user:{alice.pk}", "Alice", "owner", at=minutes(at))
    assert history.recall(str(room.pk), "pa", at=minutes(16)).stay("pa")


def test_a_newcomer_does_not_bring_back_a_meeting_of_long_ago(room: Room, alice: User) -> None:
    alice_joins(room, alice)
    carol_joins(room, minutes(60))
    assert history.recall(str(room.pk), "pa", at=minutes(60)) == (None, [])


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_clock_is_ahead_writes_the_same_history(room: Room, wrong_clock: None) -> None:
    """The other worker has written of Alice and Carol, who has just come; Bob joins and leaves here."""
    key = str(room.pk)
    meeting = Meeting.objects.create(room=room, started_at=Now() - timedelta(hours=1), seen_at=Now())
    for participant, ago in (("alice", timedelta(hours=1)), ("carol", timedelta())):
        meeting.attendances.create(participant=participant, name="", role="guest", joined_at=Now() - ago)
    journal = Journal(history, time.monotonic)
    journal.joined(key, Record(id="bob", name="Bob", role="guest", identity="guest:b", worker="w"))
    past = journal.recall(key, "alice").result(60)
    assert [stay.id for stay in past.stays] == ["alice", "carol", "bob"]
    journal.gone(key, "bob")
    journal.seen([key])
    journal.reconcile({key: {"alice"}})
    journal.flush().result(60)
    journal.close()
    stays = Attendance.objects.filter(joined_at__lte=Now()).filter(Q(left_at=None) | Q(left_at__lte=Now()))
    assert list(stays.order_by("pk").values_list("participant", "reason")) == [("alice", ""), ("carol", ""), ("bob", "left")]
    assert Meeting.objects.filter(seen_at__lte=Now(), ended_at=None).exists()


class Slow:
    """Alice's worker. A minute passes by its clock until it has the lock of the room."""

    def __init__(self) -> None:
        self.now = 100.0

    def clock(self) -> float:
        return self.now

    def joined(self, *facts: Any, at: Moment) -> None:
        self.now += 60
        history.joined(*facts, at=at)

    def __getattr__(self, name: str) -> Any:
        return getattr(history, name)


@pytest.mark.django_db(transaction=True)
def test_what_is_written_late_was_when_it_happened(room: Room) -> None:
    slow = Slow()
    journal = Journal(slow, slow.clock)
    journal.joined(str(room.pk), Record(id="bob", name="Bob", role="guest", identity="guest:b", worker="w"))
    journal.close()
    ago = Attendance.objects.annotate(ago=Now() - F("joined_at")).values_list("ago", flat=True).get()
    assert timedelta(seconds=59) < ago < timedelta(seconds=75)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_waits_for_a_lock_does_not_change_the_order_of_arrival(room: Room) -> None:
    """Alice has come before Bob, whose worker has written it first."""
    key, slow = str(room.pk), Slow()
    hers, his = Journal(slow, slow.clock), Journal(history, time.monotonic)
    his.joined(key, Record(id="bob", name="Bob", role="guest", identity="guest:b", worker="b"))
    his.flush().result(60)
    hers.joined(key, Record(id="alice", name="Alice", role="guest", identity="guest:a", worker="a"))
    past = hers.recall(key, "alice").result(60)
    hers.close()
    his.close()
    assert [stay.id for stay in past.stays] == ["alice", "bob"]
