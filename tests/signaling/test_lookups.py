from __future__ import annotations

import asyncio
import threading

import pytest

from rooms import sockets
from rooms.models import Room
from signaling.lookups import Lookups
from signaling.ports import RoomUnavailable
from signaling.protocol.facts import Notice
from tests.rooms.scenes import make_room
from tests.signaling.stage import from_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> Room:
    return make_room()


async def test_the_database_is_asked_from_the_loop(room: Room) -> None:
    lookups = Lookups(sockets, Notice)
    answer = await lookups.room_settings([str(room.pk), "0"])
    assert answer == {str(room.pk): await from_database(lambda: room.live_settings)}
    with pytest.raises(RoomUnavailable):
        await lookups.find("no-such-room", "", "192.0.2.7")
    lookups.close()


async def test_a_failure_that_nobody_waits_for_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket asks, and is closed before there is an answer."""
    failed, errors = threading.Event(), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: errors.append(context))

    def failing(room_ids: object) -> None:
        failed.set()
        raise ZeroDivisionError

    monkeypatch.setattr(sockets, "room_settings", failing)
    lookups = Lookups(sockets, Notice)
    asked = asyncio.create_task(lookups.room_settings([]))
    await asyncio.to_thread(failed.wait)
    asked.cancel()
    await asyncio.wait([asked])
    lookups.close()
    assert not errors
