from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from rooms import commands
from rooms.actors import actor
from rooms.models import AuditEntry, Membership, Room
from signaling.permissions import Actor
from tests.rooms.conftest import Enter, locked
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db

FORM: dict[str, Any] = {
    "name": "Weekly",
    "access": "link",
    "capacity": 8,
    "new_passcode": "",
    "ice_policy": "all",
    "chat": "everyone",
    "waits": "nobody",
    "lobby_opens": "never",
}


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


def audit() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.values_list("action", "target").order_by("pk"))


def save(client: Client, room: Room, **changes: Any) -> Any:
    return client.post(f"/{room.slug}/settings", {**FORM, **changes})


def test_alice_changes_everything(alices: Client, alice: User, room: Room) -> None:
    assert alices.get(f"/{room.slug}/settings").status_code == 200
    answer = save(alices, room, name=" Monday ", access="members", capacity=12, locked="on", new_passcode="open sesame")
    assert (answer.status_code, answer["Location"]) == (302, f"/{room.slug}/settings")
    room.refresh_from_db()
    assert (room.name, room.access, room.capacity, room.locked) == ("Monday", "members", 12, True)
    assert room.check_passcode("open sesame")
    assert audit() == [("locked", ""), ("edited", "access, capacity, name, passcode")]
    assert set(AuditEntry.objects.values_list("actor", "room_name")) == {(alice.pk, "Monday")}


def test_a_host_may_too(bobs: Client, bob: User, room: Room) -> None:
    Membership.objects.filter(user=bob).update(role="host")
    assert save(bobs, room, name="Monday").status_code == 302
    assert Room.objects.get().name == "Monday"


def test_nothing_changed_nothing_written(alices: Client, room: Room) -> None:
    assert save(alices, room).status_code == 302
    assert audit() == []


def test_the_passcode_is_kept_when_left_empty(alices: Client, alice: User) -> None:
    room = make_room(alice, passcode="open sesame")
    save(alices, room, name="Monday")
    room.refresh_from_db()
    assert room.check_passcode("open sesame")
    assert audit() == [("edited", "name")]


def test_the_passcode_is_removed(alices: Client, alice: User) -> None:
    room = make_room(alice, passcode="open sesame")
    save(alices, room, remove_passcode="on")
    room.refresh_from_db()
    assert room.passcode == ""
    assert audit() == [("edited", "passcode")]


def test_the_passcode_is_never_shown(alices: Client, alice: User) -> None:
    room = make_room(alice, passcode="open sesame")
    page = alices.get(f"/{room.slug}/settings").content.decode()
    assert "open sesame" not in page
    assert room.passcode not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "   "}, "This field is required"),
        ({"name": "\u202e"}, "Use 1 to 64 visible characters"),
        ({"name": "a" * 65}, "at most 64 characters"),
        ({"capacity": "1"}, "greater than or equal to 2"),
        ({"capacity": "51"}, "less than or equal to 50"),
        ({"capacity": "many"}, "Enter a whole number"),
        ({"access": "everybody"}, "Select a valid choice"),
        ({"ice_policy": "carrier pigeon"}, "Select a valid choice"),
        ({"new_passcode": "abc"}, "at least 8 characters"),
        ({"new_passcode": "a" * 65}, "at most 64 characters"),
    ],
)
def test_mistakes_are_kept_and_said_beside_the_field(alices: Client, room: Room, changes: dict[str, str], said: str) -> None:
    page = save(alices, room, **changes)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert 'aria-invalid="true"' in page.content.decode()
    (typed,) = changes.values()
    assert not typed.strip() or typed in {"everybody", "carrier pigeon"} or f'value="{typed}"' in page.content.decode()
    assert "<h1><bdi>Weekly</bdi></h1>" in page.content.decode()
    assert audit() == []


def test_either_remove_or_set(alices: Client, alice: User) -> None:
    page = save(alices, make_room(alice, passcode="open sesame"), remove_passcode="on", new_passcode="another one")
    assert page.status_code == 422
    assert b"Either remove the passcode or set a new one." in page.content


@pytest.mark.parametrize("visitor", ["bobs", "mallorys"])
def test_who_does_not_run_the_room_finds_nothing(visitor: str, room: Room, request: pytest.FixtureRequest) -> None:
    client: Client = request.getfixturevalue(visitor)
    assert client.get(f"/{room.slug}/settings").status_code == 404
    assert save(client, room, name="Mine").status_code == 404
    assert Room.objects.get().name == "Weekly"


def test_a_visitor_logs_in_first(client: Client, room: Room) -> None:
    assert save(client, room, name="Mine")["Location"].startswith("/accounts/login/")
    assert Room.objects.get().name == "Weekly"


def test_a_form_from_elsewhere_is_refused(alice: User, room: Room) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert save(client, room, name="Mine").status_code == 403
    assert Room.objects.get().name == "Weekly"


def test_locking_counts_at_once(alices: Client, room: Room, enter: Enter) -> None:
    enter(room, "Carol", "guest:c")
    save(alices, room, locked="on")
    assert locked(room)
    save(alices, room)
    assert not locked(room)
    assert audit() == [("locked", ""), ("unlocked", "")]


def test_people_without_an_account_wait_from_now_on(alices: Client, client: Client, room: Room) -> None:
    save(alices, room, waits="guests")
    assert Room.objects.get().live_settings.waits == "guests"
    assert audit() == [("edited", "waits")]
    page = client.get(f"/{room.slug}").content
    assert b"Ask to join" in page
    assert b"is locked" not in page
    assert f"?next=/{room.slug}".encode() in page


def test_everybody_but_hosts_waits_until_the_first_host_comes(alices: Client, bobs: Client, room: Room) -> None:
    save(alices, room, waits="nonhosts", lobby_opens="host")
    settings = Room.objects.get().live_settings
    assert (settings.waits, settings.opens, settings.opens_at) == ("nonhosts", "host", 0)
    assert audit() == [("edited", "lobby_opens, waits")]
    assert b"Ask to join" in bobs.get(f"/{room.slug}").content
    assert b"Ask to join" not in alices.get(f"/{room.slug}").content


def test_the_lobby_opens_at_a_time(alices: Client, client: Client, room: Room) -> None:
    """By the clock of Alice, who is in India."""
    alices.cookies["zone"] = "Asia/Kolkata"
    save(alices, room, waits="guests", lobby_opens="time", lobby_opens_at="2026-11-29T21:30")
    settings = Room.objects.get().live_settings
    assert (settings.opens, settings.opens_at) == ("time", datetime(2026, 11, 29, 16, 0, tzinfo=UTC).timestamp())
    page = alices.get(f"/{room.slug}/settings").content
    assert b'value="2026-11-29T21:30"' in page and b"In your time zone, Asia/Kolkata." in page
    Room.objects.update(lobby_opens_at=timezone.now() + timedelta(hours=1))
    assert b"Ask to join" in client.get(f"/{room.slug}").content
    Room.objects.update(lobby_opens_at=timezone.now() - timedelta(hours=1))
    assert b"Ask to join" not in client.get(f"/{room.slug}").content


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01T00:00", "2026-03-29T02:30", "2026-10-25T02:30", "9999-12-31T23:59", "0001-01-01T00:00"]
)
def test_a_lobby_that_opens_at_a_time_needs_one(alices: Client, room: Room, text: str) -> None:
    """One that exists, and exists once: the clocks of Berlin change in those nights."""
    alices.cookies["zone"] = "Europe/Berlin"
    answer = save(alices, room, waits="guests", lobby_opens="time", lobby_opens_at=text)
    assert answer.status_code == 422
    assert Room.objects.get().lobby_opens == "never"
    assert audit() == []


def test_a_host_says_in_the_call_who_waits(alices: Client, room: Room, enter: Enter) -> None:
    enter(room, "Carol", "guest:c")
    Room.objects.update(lobby_opens="host")
    assert alices.post(f"/{room.slug}/lobby", {"waits": "nonmembers"}).status_code == 204
    assert alices.post(f"/{room.slug}/lobby", {"waits": "nonmembers"}).status_code == 204
    assert Room.objects.get().live_settings.waits == "nonmembers"
    assert Room.objects.get().live_settings.opens == "never", "else a host who is there would have opened it"
    assert audit() == [("edited", "lobby_opens, waits")]
    assert alices.post(f"/{room.slug}/lobby", {"waits": "nobody"}).status_code == 204
    assert audit() == [("edited", "lobby_opens, waits"), ("edited", "waits")]


@pytest.mark.parametrize("hold", [lambda by, room: commands.hold(by, room, Room.WhoWaits.GUESTS), commands.hold_guests])
def test_two_hosts_who_say_at_once_who_waits_are_one_entry(room: Room, alice: User, hold: Callable[[Actor, Room], None]) -> None:
    pages = [Room.objects.get(), Room.objects.get()]
    for page in pages:
        hold(actor(alice, "owner"), page)
    assert Room.objects.get().waits == "guests"
    assert audit() == [("edited", "waits")]


def test_only_hosts_say_who_waits(alices: Client, bobs: Client, mallorys: Client, client: Client, room: Room) -> None:
    path, fields = f"/{room.slug}/lobby", {"waits": "nobody"}
    assert [visitor.post(path, fields).status_code for visitor in (bobs, mallorys, client)] == [404, 404, 404]
    assert [alices.post(path, {"waits": waits}).status_code for waits in ("", "everybody")] == [400, 400]
    assert alices.get(path).status_code == 405
    assert audit() == []


def test_a_worker_of_the_release_before_lets_guests_wait_where_anybody_does(alices: Client, room: Room) -> None:
    save(alices, room, waits="nonhosts")
    assert Room.objects.get().guests_wait
    save(alices, room)
    assert not Room.objects.get().guests_wait


def test_the_screen_and_reactions_are_left_to_hosts(alices: Client, room: Room) -> None:
    save(alices, room, hosts_only=["reactions", "screen"])
    assert Room.objects.get().live_settings.hosts_only == "screen reactions"
    page = alices.get(f"/{room.slug}/settings").content.decode()
    offered = re.findall(r'name="hosts_only" value="(\w+)"[^>]*?(checked)?>', page)
    assert offered == [("microphone", ""), ("camera", ""), ("screen", "checked"), ("files", ""), ("reactions", "checked")]
    save(alices, room, hosts_only=["reactions", "screen"])
    save(alices, room)
    assert Room.objects.get().hosts_only == ""
    assert audit() == [("edited", "hosts_only"), ("edited", "hosts_only")]
    assert b"Select a valid choice" in save(alices, room, hosts_only=["chat"]).content


def test_the_chat_is_left_to_hosts(alices: Client, room: Room) -> None:
    assert b"Only hosts" in alices.get(f"/{room.slug}/settings").content
    save(alices, room, chat="hosts")
    assert Room.objects.get().live_settings.chat == "hosts"
    assert audit() == [("edited", "chat")]
    assert b"Select a valid choice" in save(alices, room, chat="guests").content


# How browsers connect


@pytest.fixture
def relay(settings: Settings) -> None:
    settings.TURN_URLS = ["turn:turn.example.org"]
    settings.TURN_SECRET = "shared with coturn"


def test_the_way_between_browsers_is_chosen(alices: Client, room: Room, relay: None) -> None:
    page = alices.get(f"/{room.slug}/settings").content.decode()
    assert "Only through the relay" in page and "A change counts at once" in page
    save(alices, room, ice_policy="relay")
    room.refresh_from_db()
    assert (room.ice_policy, room.effective_ice_policy, audit()) == ("relay", "relay", [("edited", "ice_policy")])


def test_without_a_relay_nothing_goes_through_one(alices: Client, room: Room) -> None:
    page = alices.get(f"/{room.slug}/settings").content.decode()
    assert "Only through the relay" not in page and "This server has no relay" in page
    assert save(alices, room, ice_policy="relay").status_code == 422
    assert Room.objects.get().ice_policy == "all"


def test_a_room_that_lost_its_relay_says_so_and_hides_addresses_on(alices: Client, alice: User) -> None:
    room = make_room(alice, ice_policy="relay")
    assert room.effective_ice_policy == "relay"
    answer = save(alices, room, name="Monday", ice_policy="relay")
    assert answer.status_code == 422 and b"This server has no relay: nobody could connect." in answer.content
    assert save(alices, room, ice_policy="direct").status_code == 302


def test_where_the_server_relays_everything_every_room_does(alices: Client, room: Room, relay: None, settings: Settings) -> None:
    settings.ICE_POLICY = "relay"
    assert "whatever is chosen here" in alices.get(f"/{room.slug}/settings").content.decode()
    save(alices, room, ice_policy="direct")
    room.refresh_from_db()
    assert (room.ice_policy, room.effective_ice_policy) == ("direct", "relay")
