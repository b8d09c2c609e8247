"""Mallory guesses codes; Carol and the others at the same address go on."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from rooms import misses
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db

UNKNOWN = "/zzz-zzzz-zzz"


@pytest.fixture(autouse=True)
def _few(settings: Settings) -> None:
    settings.MISSES_PER_ADDRESS = 5
    settings.GUESTS_PER_ADDRESS = 3


def guess(client: Client, times: int) -> list[int]:
    return [client.get(UNKNOWN).status_code for _ in range(times)]


def test_an_account_is_throttled_by_its_own_misses(mallorys: Client, carols: Client) -> None:
    room = make_room()
    assert guess(mallorys, misses.PER_PERSON + 2) == [404] * misses.PER_PERSON + [429] * 2
    assert mallorys.get(f"/{room.slug}").status_code == 429
    assert carols.get(f"/{room.slug}").status_code == 200


def test_without_account_and_cookie_an_address_is_counted(client: Client) -> None:
    room = make_room()
    assert guess(client, 6) == [302] * 5 + [429]
    missed, hit = client.get(UNKNOWN), client.get(f"/{room.slug}")
    assert (missed.status_code, hit.status_code) == (429, 429)
    assert missed.content == hit.content
    assert missed["Retry-After"] == str(misses.SECONDS)


def test_rooms_that_do_not_answer_are_no_misses(client: Client) -> None:
    closed, room = make_room(access="signed_in"), make_room()
    for _ in range(100):
        assert client.get(f"/{closed.slug}").status_code == 302
    assert client.get(f"/{room.slug}").status_code == 200


def test_a_neighbour_who_guesses_shuts_out_nobody_who_was_here_before(alice: User, alices: Client, carols: Client) -> None:
    room, guest = make_room(alice), Client()
    assert guest.get(f"/{room.slug}").status_code == 200
    guess(Client(), 6)
    assert [client.get(f"/{room.slug}").status_code for client in (alices, carols, guest, Client())] == [200, 200, 200, 429]


def test_members_are_not_slowed_down_by_their_own_misses(alice: User, alices: Client) -> None:
    room = make_room(alice)
    guess(alices, misses.PER_PERSON + 1)
    assert alices.get(f"/{room.slug}").status_code == 200


def test_cookies_are_not_to_be_had_without_end() -> None:
    room = make_room()
    assert [Client().get(f"/{room.slug}").status_code for _ in range(5)] == [200] * 3 + [429] * 2
    assert Client(REMOTE_ADDR="192.0.2.9").get(f"/{room.slug}").status_code == 200


def test_a_guest_who_comes_back_is_not_a_new_one(client: Client) -> None:
    room = make_room()
    assert [client.get(f"/{room.slug}").status_code for _ in range(9)] == [200] * 9
