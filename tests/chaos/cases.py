"""The faults. Each case breaks something, waits until all is well again, and says how long that took; numbers are
those of the issue's chaos suite. A case that is not well in time raises AssertionError."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from tests.chaos.checker import lost, violations
from tests.chaos.field import Field
from tests.chaos.person import Person

SETTLED_SECONDS: Final = 30.0
LEASE_AND_GRACE_SECONDS: Final = (22.0, 30.0)


@dataclass
class Result:
    """``unsettled`` is how long rosters were not exact, from the fault (or, for an outage, from its end)."""

    sockets: int
    leaves: int = 0
    closed: int = 0
    unsettled: float = 0.0
    resumed: float = 0.0
    signals: int = 0
    lost: int = 0
    wrong: list[str] = field(default_factory=list)


Case = Callable[[Field], Awaitable[Result]]


def closes(people: list[Person], since: float) -> list[int]:
    """The codes that sockets were closed with."""
    return [entry.content for person in people for entry in person.log if entry.kind == "closed" and entry.at >= since]


def leaves(people: list[Person]) -> int:
    """How many have left, as anybody has heard."""
    heard = {entry.content["id"] for person in people for entry in person.log if entry.kind == "heard" and _left(entry.content)}
    return len(heard)


def _left(fact: object) -> bool:
    return isinstance(fact, dict) and fact["type"] == "left"


def resumed(people: list[Person], since: float) -> float:
    """When the last of them was welcome again."""
    return max((entry.at - since for person in people for entry in person.log if entry.kind == "open"), default=0.0)


async def reopened(here: Field, people: list[Person], since: float) -> None:
    """Wait until all of them have been welcomed again."""
    await here.until(lambda: all(_opened_at(person) > since for person in people), 12, "everybody resumed")


def _opened_at(person: Person) -> float:
    return max(entry.at for entry in person.log if entry.kind == "open")


async def settled(here: Field, since: float, gone: set[str], affected: list[Person], stays: float = 1.0) -> Result:
    """Wait until all is exact and has stayed so, and check everything."""
    await here.until(here.whole, SETTLED_SECONDS, "exact rosters")
    unsettled = time.monotonic() - since
    await asyncio.sleep(stays)
    signals, missed = lost(here.people)
    return Result(
        sockets=len(affected),
        leaves=leaves(here.people),
        closed=len(closes(here.people, since)),
        unsettled=unsettled,
        resumed=max(0.0, resumed(affected, since)),
        signals=signals,
        lost=missed,
        wrong=violations(here.people, gone, here.logs()),
    )


async def kill_worker(here: Field) -> Result:
    """C1: one of two workers dies; its browsers are alive."""
    affected, since = here.on(1), time.monotonic()
    here.workers.end(1, signal.SIGKILL)
    await here.workers.ended(1)
    await reopened(here, affected, since)
    result = await settled(here, since, set(), affected)
    await asyncio.to_thread(here.workers.start, 1)
    return result


async def kill_worker_and_people(here: Field) -> Result:
    """C2: a worker dies with everybody on it."""
    dead, since = here.on(1), time.monotonic()
    here.workers.end(1, signal.SIGKILL)
    here.people = [person for person in here.people if person not in dead]
    await asyncio.gather(*(person.die() for person in dead))
    await here.workers.ended(1)
    gone = {person.id for person in dead}
    result = await settled(here, since, gone, dead)
    times = [entry.at - since for person in here.people for entry in person.log if entry.kind == "heard" and _left(entry.content)]
    least, most = LEASE_AND_GRACE_SECONDS
    result.wrong += [f"C2 left after {after:.1f} s" for after in times if not least <= after <= most]
    witnessed = {person.id for person in dead if any(other.slug == person.slug for other in here.people)}
    if result.leaves != len(witnessed):
        result.wrong.append(f"C2 {result.leaves} left of {len(witnessed)}")
    await asyncio.to_thread(here.workers.start, 1)
    return result


async def drain_worker(here: Field) -> Result:
    """C3: a worker is told to end."""
    affected, since = here.on(1), time.monotonic()
    here.workers.end(1, signal.SIGTERM)
    code = await here.workers.ended(1)
    await reopened(here, affected, since)
    result = await settled(here, since, set(), affected)
    result.wrong += [f"C3 closed with {code}" for code in closes(affected, since) if code != 4012]
    if code:
        result.wrong.append(f"C3 the worker ended with {code}")
    await asyncio.to_thread(here.workers.start, 1)
    return result


def lose_redis(seconds: float) -> Case:
    """C4: Redis dies, and comes back empty."""

    async def case(here: Field) -> Result:
        began = time.monotonic()
        epochs = {person.epoch for person in here.people}
        here.workers.store.kill()
        await asyncio.sleep(seconds)
        await asyncio.to_thread(here.workers.store.start)
        back = time.monotonic()
        result = await settled(here, back, set(), here.people, stays=13)  # longer than nobody is said to be missing
        result.wrong += [f"C4 {person.name} knows no new epoch" for person in here.people if person.epoch in epochs]
        result.closed = len(closes(here.people, began))
        return result

    return case


def freeze_redis(seconds: float) -> Case:
    """C5: Redis stops answering, and goes on as if nothing had been."""

    async def case(here: Field) -> Result:
        began = time.monotonic()
        here.workers.store.freeze()
        await asyncio.sleep(seconds)
        here.workers.store.thaw()
        back = time.monotonic()
        result = await settled(here, back, set(), here.people, stays=5)
        result.closed = len(closes(here.people, began))
        return result

    return case


async def use_a_token_twice(here: Field) -> Result:
    """C14: every tab is duplicated."""
    since, before = time.monotonic(), list(here.people)
    for one in before:
        twin = one.twin()
        here.people.append(twin)
        twin.start()
        await here.until(lambda twin=twin, one=one: twin.attached and one.over, 10, "the twin took over")  # type: ignore[misc]
        here.people.remove(one)
    result = await settled(here, time.monotonic(), set(), here.people)
    codes = closes(before, since)
    result.closed = len(codes)
    if codes != [4001] * len(before):
        result.wrong.append(f"C14 closed with {codes}")
    return result
