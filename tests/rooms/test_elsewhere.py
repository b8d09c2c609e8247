"""The green room asks whether the same person is in the meeting already."""

from __future__ import annotations

import asyncio

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from rooms import guests
from rooms.models import Room
from signaling.roster.redis import RedisRoster
from tests.rooms.conftest import Enter
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


def is_elsewhere(client: Client, room: Room) -> bool:
    answer = client.get(f"/{room.slug}/elsewhere")
    assert (answer.status_code, list(answer.json())) == (200, ["elsewhere"])
    assert "no-store" in answer["Cache-Control"]
    return bool(answer.json()["elsewhere"])


def test_alice_is_there_on_her_telephone(alice: User, alices: Client, enter: Enter) -> None:
    room = make_room(alice)
    assert not is_elsewhere(alices, room)
    enter(room, "Alice", f"user:{alice.pk}", "owner")
    assert is_elsewhere(alices, room)
    assert not is_elsewhere(alices, make_room(alice)), "in another room"


def test_nobody_learns_of_others(alice: User, bob: User, bobs: Client, client: Client, enter: Enter) -> None:
    room = make_room(alice, member=bob)
    client.get(f"/{room.slug}")
    enter(room, "Alice", f"user:{alice.pk}", "owner")
    enter(room, "Carol", "guest:carol")
    assert not is_elsewhere(bobs, room)
    assert not is_elsewhere(client, room)


def test_a_guest_is_known_by_the_cookie(client: Client, enter: Enter) -> None:
    room = make_room()
    assert client.get(f"/{room.slug}/elsewhere").status_code == 403
    client.get(f"/{room.slug}")
    guest = guests.find({name: morsel.value for name, morsel in client.cookies.items()}, client.session)
    enter(room, "Carol", f"guest:{guest}")
    assert is_elsewhere(client, room)


def test_whoever_has_lost_the_connection_plays_no_sound_there(alice: User, alices: Client, enter: Enter) -> None:
    room = make_room(alice)
    participant = enter(room, "Alice", f"user:{alice.pk}", "owner")

    async def lose() -> None:
        roster = RedisRoster(settings.REDIS_URL)
        await roster.detach(str(room.pk), participant, 1, 15.0)
        await roster.close()

    asyncio.run(lose())
    assert not is_elsewhere(alices, room)


def test_without_the_passcode_and_to_mallory_nothing_is_said(client: Client, mallorys: Client) -> None:
    room = make_room(passcode="open sesame")
    client.get(f"/{room.slug}")
    answer = client.get(f"/{room.slug}/elsewhere")
    assert (answer.status_code, answer.content) == (403, b"{}")
    assert mallorys.get(f"/{make_room(access='members').slug}/elsewhere").status_code == 404


def test_it_is_not_asked_endlessly(alice: User, alices: Client) -> None:
    room = make_room(alice)
    assert [alices.get(f"/{room.slug}/elsewhere").status_code for _ in range(21)] == [200] * 20 + [429]
