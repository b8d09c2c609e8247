"""Rooms in which people are, as two workers more have them: what live pages show."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from signaling.digest import Digest, Sums, Tally
from signaling.protocol.messages import Pair, Report
from signaling.roster.base import Lease, Record
from signaling.roster.redis import RedisRoster
from signaling.settings import RoomSettings

#: So many rooms, with so many people each. Their ids follow each other.
ROOMS, PEOPLE = 200, 5
#: In the first of them the people are in the roster and report their pairs, for pages about one room.
SEATED = 50
WORKERS = ("told.0", "told.1")


@contextmanager
def telling(url: str, first: int) -> Iterator[None]:
    """Meanwhile workers tell of the rooms from ``first`` on."""
    rooms, over = [str(first + number) for number in range(ROOMS)], threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_tell(url, rooms, over)))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


async def _tell(url: str, rooms: Sequence[str], over: threading.Event) -> None:
    roster = RedisRoster(url)
    leases = [await _seat(roster, room, number) for room in rooms[:SEATED] for number in range(PEOPLE)]
    halves = [{room: _sums(int(room)) for room in rooms[place :: len(WORKERS)]} for place in range(len(WORKERS))]
    while not over.is_set():
        for worker, half in zip(WORKERS, halves, strict=True):
            await roster.digests.write(Digest(worker=worker, rooms=half), Tally(joins=7, refusals=1, closes=2))
        await roster.digests.write_reports(WORKERS[0], {room: _reports(room) for room in rooms[:SEATED]})
        await roster.renew(leases)
        await asyncio.sleep(1)
    await roster.close()


def _sums(number: int) -> Sums:
    pairs = PEOPLE * (PEOPLE - 1)
    return Sums(PEOPLE, 1, pairs, number % pairs, number % 2, 0)


async def _seat(roster: RedisRoster, room: str, number: int) -> Lease:
    """Let a person into a room."""
    settings = RoomSettings(version=0, capacity=PEOPLE, locked=False, policy="all")
    name = _id(room, number)
    record = Record(id=name, name=name, role="member", identity=f"guest:{name}", worker=WORKERS[0])
    await roster.enter(room, record, token=name, settings=settings)
    return Lease(room=room, id=name, generation=record.generation)


def _reports(room: str) -> dict[str, Report]:
    """Everybody is connected with all others."""
    people = [_id(room, number) for number in range(PEOPLE)]
    return {one: _report([other for other in people if other != one]) for one in people}


def _report(others: Sequence[str]) -> Report:
    pairs = [Pair(other, relayed=False, grade="good") for other in others]
    return Report(connected=len(pairs), relayed=0, unreached=[], silent=[], pairs=pairs)


def _id(room: str, number: int) -> str:
    return f"{room}-{number}"
