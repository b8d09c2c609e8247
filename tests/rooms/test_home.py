from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from rooms.models import AuditEntry, Meeting, Membership, Room
from tests.rooms.conftest import Enter
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


def test_alice_sees_her_rooms(alice: User, alices: Client) -> None:
    room = make_room(alice, name="Monday")
    page = alices.get("/")
    assert page.status_code == 200
    assert b"Monday" in page.content
    assert room.slug.encode() in page.content
    assert b"Shared with me" not in page.content


def test_bob_sees_what_is_shared_with_him(bob: User, bobs: Client) -> None:
    make_room(member=bob, name="Monday")
    page = bobs.get("/")
    assert b"Shared with me" in page.content
    assert b"Monday" in page.content


def test_mallory_sees_nobody_elses(mallorys: Client) -> None:
    make_room(name="Monday")
    assert b"Monday" not in mallorys.get("/").content


def test_a_row_says_at_once_what_has_changed(alice: User, alices: Client, bob: User, bobs: Client) -> None:
    room = make_room(alice, host=bob, name="Monday")
    assert "Locked" not in bobs.get("/").content.decode()
    Room.objects.filter(pk=room.pk).update(name="Tuesday", locked=True, access="members")
    content = bobs.get("/").content.decode()
    assert all(words in content for words in ("Tuesday", "Locked", "Only members", "Host", f"/{room.slug}/settings"))
    Membership.objects.filter(user=bob).update(role="member")
    content = bobs.get("/").content.decode()
    assert f"/{room.slug}/people" in content
    assert f"/{room.slug}/settings" not in content
    assert f"/{room.slug}/settings" in alices.get("/").content.decode()


def test_the_last_use_is_in_the_zone_of_the_reader(alice: User, alices: Client) -> None:
    room = make_room(alice)
    Meeting.objects.create(room=room, started_at=datetime(2026, 3, 29, 0, 30, tzinfo=UTC))
    User.objects.filter(pk=alice.pk).update(time_zone="Europe/Berlin")
    assert 'datetime="2026-03-29T01:30:00+01:00"' in alices.get("/").content.decode()
    User.objects.filter(pk=alice.pk).update(time_zone="America/New_York")
    assert 'datetime="2026-03-28T20:30:00-04:00"' in alices.get("/").content.decode()
    User.objects.filter(pk=alice.pk).update(time_zone="Europe/Berlin")
    Meeting.objects.filter(room=room).update(started_at=datetime(2026, 3, 29, 1, 30, tzinfo=UTC))
    assert 'datetime="2026-03-29T03:30:00+02:00"' in alices.get("/").content.decode()


def test_alice_sees_who_is_in_there_now(alice: User, alices: Client, enter: Enter) -> None:
    room = make_room(alice)
    assert "in there" not in alices.get("/").content.decode()
    enter(room, "Bob", "guest:b")
    assert "1 in there" in alices.get("/").content.decode()
    enter(room, "Carol", "guest:c")
    content = alices.get("/").content.decode()
    assert "2 in there" in content
    assert "not known" not in content


def test_alice_is_told_that_meetings_do_not_answer(alice: User, alices: Client, settings: Settings) -> None:
    settings.EMBEDDED, settings.REDIS_URL = False, "redis://127.0.0.1:9/0"
    unknown = "It is not known who is in the rooms now"
    assert unknown not in alices.get("/").content.decode()
    room = make_room(alice)
    assert unknown in alices.get("/").content.decode()
    assert "It is not known whether somebody is in it now" in alices.get(f"/{room.slug}/delete").content.decode()


def test_long_lists_have_pages(alice: User, alices: Client) -> None:
    for number in range(21):
        make_room(alice, name=f"Room {number:02}")
    assert b"Room 00" not in alices.get("/").content
    assert b"Room 00" in alices.get("/?mine=2").content
    assert alices.get("/?mine=nonsense").status_code == 200


def test_a_visitor_is_told_what_this_is(client: Client, db: None) -> None:
    page = client.get("/")
    assert b"Sign in to start a meeting" in page.content
    assert b'name="code"' in page.content


def test_a_name_is_only_text(alice: User, alices: Client) -> None:
    make_room(alice, name="<script>alert(1)</script>")
    assert b"<script>alert" not in alices.get("/").content


def test_new_meeting_makes_a_room_and_enters_it(alice: User, alices: Client) -> None:
    answer = alices.post("/new")
    room = Room.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/{room.slug}"
    assert room.name == "Alice’s meeting"
    membership = Membership.objects.get()
    assert (membership.room, membership.user, membership.role) == (room, alice, "owner")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.room, entry.room_name) == ("created", alice, room, "Alice’s meeting")


def test_a_long_name_fits(alice: User, alices: Client) -> None:
    alice.display_name = "A" * 64
    alice.save()
    alices.post("/new")
    assert len(Room.objects.get().name) == 64


def test_a_visitor_makes_no_room(client: Client, db: None) -> None:
    answer = client.post("/new")
    assert answer["Location"].startswith("/accounts/login/")
    assert not Room.objects.exists()


def test_a_link_makes_no_room(alices: Client) -> None:
    assert alices.get("/new").status_code == 405
    assert not Room.objects.exists()


def test_rooms_are_not_made_without_end(alices: Client, settings: Settings) -> None:
    settings.ROOMS_PER_HOUR = 3
    for _ in range(5):
        answer = alices.post("/new", follow=True)
    assert "many rooms within an hour" in answer.content.decode()
    assert Room.objects.count() == 3


def test_an_account_owns_only_so_many(alice: User, alices: Client, bob: User, settings: Settings) -> None:
    settings.ROOMS_PER_ACCOUNT = 2
    make_room(bob, host=alice)
    make_room(alice)
    assert alices.post("/new").status_code == 302
    assert "Delete one" in alices.post("/new", follow=True).content.decode()
    assert Room.objects.owned_by(alice.pk).count() == 2
