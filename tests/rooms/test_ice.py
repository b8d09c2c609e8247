"""The ICE servers for the connection test in the green room."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _relay(settings: Settings) -> None:
    settings.STUN_URLS = ["stun:stun.example.org"]
    settings.TURN_URLS = ["turn:turn.example.org?transport=udp"]
    settings.TURN_SECRET = "shared with coturn"


def test_credentials_last_ten_minutes_and_say_whose_they_are(alice: User, alices: Client) -> None:
    room = make_room(alice)
    answer = alices.get(f"/{room.slug}/ice")
    lent = answer.json()
    assert lent["policy"] == "all"
    assert [server["urls"] for server in lent["servers"]] == [["stun:stun.example.org"], ["turn:turn.example.org?transport=udp"]]
    expiry, _, holder = lent["servers"][1]["username"].partition(":")
    assert 0 < int(expiry) - time.time() <= 600
    assert holder == f"{room.pk}.trial.user:{alice.pk}"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(("policy", "relays"), [("relay", 1), ("direct", 0)])
def test_they_are_what_the_room_permits(alice: User, alices: Client, policy: str, relays: int) -> None:
    lent = alices.get(f"/{make_room(alice, ice_policy=policy).slug}/ice").json()
    assert (lent["policy"], len(lent["servers"])) == (policy, 1 + relays)


def test_a_guest_is_lent_them_once_the_room_has_been_seen(client: Client) -> None:
    room = make_room()
    assert client.get(f"/{room.slug}/ice").status_code == 403
    client.get(f"/{room.slug}")
    assert client.get(f"/{room.slug}/ice").status_code == 200


def test_without_the_passcode_there_are_none(client: Client) -> None:
    room = make_room(passcode="open sesame")
    client.get(f"/{room.slug}")
    answer = client.get(f"/{room.slug}/ice")
    assert (answer.status_code, answer.content) == (403, b"{}")


def test_mallory_is_lent_none(mallorys: Client) -> None:
    assert mallorys.get(f"/{make_room(access='members').slug}/ice").status_code == 404
    assert mallorys.get("/abc-defg-hij/ice").status_code == 404


def test_they_are_not_lent_endlessly(alice: User, alices: Client) -> None:
    room = make_room(alice)
    assert [alices.get(f"/{room.slug}/ice").status_code for _ in range(7)] == [200] * 6 + [429]
