from __future__ import annotations

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from pytest_django import Settings

from accounts import guesses
from accounts.models import User
from rooms import passcodes
from rooms.models import AuditEntry, Room
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(settings: Settings) -> None:
    settings.PASSCODE_FAILURES_PER_ADDRESS = 10


@pytest.fixture
def room(alice: User) -> Room:
    return make_room(alice, passcode="open sesame")


def attempt(client: Client, room: Room, passcode: str, address: str = "192.0.2.1") -> int:
    return client.post(f"/{room.slug}/passcode", {"passcode": passcode}, REMOTE_ADDR=address).status_code


def test_the_passcode_opens_the_door(client: Client, room: Room) -> None:
    assert client.get(f"/{room.slug}/passcode").status_code == 200
    answer = client.post(f"/{room.slug}/passcode", {"passcode": " open sesame "})
    assert (answer.status_code, answer["Location"]) == (302, f"/{room.slug}")
    assert client.get(f"/{room.slug}").status_code == 200


def test_a_wrong_one_is_kept_and_said_beside_the_field(client: Client, room: Room) -> None:
    page = client.post(f"/{room.slug}/passcode", {"passcode": "sesame"})
    assert page.status_code == 422
    assert b'value="sesame"' in page.content
    assert b"This is not the passcode." in page.content
    assert client.get(f"/{room.slug}").status_code == 302


def test_however_it_is_composed(client: Client, alice: User) -> None:
    room = make_room(alice, passcode="caf\u00e9")
    assert attempt(client, room, "cafe\u0301") == 302


def test_the_login_changes_its_key(client: Client, room: Room) -> None:
    client.get(f"/{make_room().slug}")
    before = client.session.session_key
    attempt(client, room, "open sesame")
    assert client.session.session_key != before


def test_a_new_passcode_asks_again(client: Client, room: Room) -> None:
    attempt(client, room, "open sesame")
    room.set_passcode("close sesame")
    room.save()
    assert client.get(f"/{room.slug}")["Location"] == f"/{room.slug}/passcode"


def test_who_needs_none_goes_on(alices: Client, client: Client, room: Room) -> None:
    assert alices.get(f"/{room.slug}/passcode")["Location"] == f"/{room.slug}"
    open_room = make_room()
    assert client.get(f"/{open_room.slug}/passcode")["Location"] == f"/{open_room.slug}"


def test_giving_it_changes_the_key_of_the_login(room: Room) -> None:
    login = SessionStore()
    login.create()
    before = login.session_key
    passcodes.grant(login, room)
    assert login.session_key != before


def test_ten_failures_and_nothing_is_evaluated_any_more(client: Client, room: Room) -> None:
    assert [attempt(client, room, "wrong") for _ in range(12)] == [422] * 10 + [429] * 2
    assert attempt(client, room, "open sesame") == 429


def test_successes_do_not_count(room: Room) -> None:
    for _ in range(12):
        assert attempt(Client(), room, "open sesame") == 302


def test_another_room_and_another_network_have_their_own_count(client: Client, room: Room) -> None:
    other = make_room(passcode="open sesame")
    for _ in range(10):
        attempt(client, room, "wrong")
    assert attempt(client, room, "open sesame", "192.0.2.2") == 302
    assert attempt(client, other, "open sesame") == 302


def test_an_ipv6_client_is_a_64(client: Client, room: Room) -> None:
    for number in range(10):
        attempt(client, room, "wrong", f"2001:db8:0:1::{number + 1}")
    assert attempt(client, room, "open sesame", "2001:db8:0:1:ffff::1") == 429
    assert attempt(client, room, "open sesame", "2001:db8:0:2::1") == 302


def test_a_forged_header_changes_nothing(client: Client, room: Room) -> None:
    for number in range(11):
        answer = client.post(
            f"/{room.slug}/passcode",
            {"passcode": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{number}", "X-Real-IP": "10.1.1.1"},
        )
    assert answer.status_code == 429


def test_a_hundred_failures_elsewhere_shut_out_nobody(client: Client, room: Room) -> None:
    for number in range(guesses.CROWD):
        assert attempt(client, room, "wrong", f"198.51.100.{number // 10}") == 422
    assert attempt(client, room, "open sesame", "198.51.100.77") == 429
    for number in range(guesses.FEW):
        assert attempt(client, room, "wrong", f"203.0.113.{number}") == 422
        assert attempt(Client(), room, "open sesame", "192.0.2.1") == 302
    assert attempt(client, room, "open sesame", "203.0.113.9") == 429


def test_many_networks_do_not_add_up(client: Client, room: Room) -> None:
    """Mallory has a /32 of IPv6: each /48 of it has one more try, up to the bound of the day."""
    for number in range(guesses.CROWD):
        attempt(client, room, "wrong", f"198.51.100.{number // 10}")
    for number in range(guesses.LAST.count):
        guesses.Guess(guesses.elsewhere(f"room:{room.pk}", f"2001:db8:{number:x}::1"))
    assert attempt(client, room, "open sesame", "2001:db8:ffff::1") == 429


def test_a_person_has_ten(settings: Settings, mallorys: Client, carols: Client, room: Room) -> None:
    settings.PASSCODE_FAILURES_PER_ADDRESS = 60
    assert [attempt(mallorys, room, "wrong") for _ in range(11)] == [422] * 10 + [429]
    assert attempt(carols, room, "open sesame") == 302


def test_members_enter_while_strangers_guess(alices: Client, client: Client, room: Room) -> None:
    for _ in range(11):
        attempt(client, room, "wrong")
    assert alices.get(f"/{room.slug}").status_code == 200


def test_the_last_failure_is_written_down(client: Client, room: Room) -> None:
    for _ in range(12):
        attempt(client, room, "wrong", "192.0.2.77")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.room, entry.actor, entry.address) == ("passcode", room, None, "192.0.2.0/24")
