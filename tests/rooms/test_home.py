from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from rooms.models import AuditEntry, Membership, Room
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
