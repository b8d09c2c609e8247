"""Frames of every kind, by people in every state, at the consumers themselves. ``make fuzz`` sends many more, at real servers."""

from __future__ import annotations

import logging
from random import Random

import pytest
from django.test import Client

from accounts.models import User
from signaling.protocol.messages import Message
from tests.fuzz.corpus import frames, named
from tests.fuzz.shapes import messages
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, cookie, from_database, guest, meet

pytestmark = pytest.mark.django_db(transaction=True)

SEED = 15
SOCKETS = 240
FRAMES_OF_A_SOCKET = 10


async def test_no_frame_is_too_bad(
    stage: Stage, alice: User, alices: Client, bobs: Client, caplog: pytest.LogCaptureFixture
) -> None:
    room, locked = await from_database(lambda: (make_room(alice, capacity=50), make_room(alice, locked=True)))
    _, bob = await meet(stage, room, alices, bobs)
    chance = Random(SEED)
    made = frames(chance, messages(Message, 40, SEED))
    for number in range(SOCKETS):
        mallory = Tab(stage[number], (locked if number % 6 == 1 else room).slug, await mallorys(number, alices))
        assert await mallory.open()
        if number % 6:
            mallory.send({"type": "join", "name": "Mallory"})
            mallory.welcome = await mallory.receive()
        ids = [mallory.welcome.get("id", "nobody"), bob.id, "nobody"]
        for _ in range(FRAMES_OF_A_SOCKET):
            mallory.write(named(next(made), ids, chance))
        mallory.vanish(1000)
        await mallory.ended()
        await stage.live(20)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]
    quiet = Tab(stage[0], (await from_database(lambda: make_room(alice))).slug, cookie(alices))
    await quiet.join()
    quiet.send({"type": "ping"}, {"type": "leave"})
    await quiet.receive("pong")
    assert await quiet.closed() == 1000


async def mallorys(number: int, alices: Client) -> str:
    """The cookies: one in ten is of a host."""
    return cookie(alices) if number % 10 == 2 else await from_database(guest)
