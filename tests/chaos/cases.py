"""The faults of servers. Each case breaks something, waits until every roster is exact again, and returns what it measured.
A case whose rosters are not exact in time raises AssertionError."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.chaos.checker import lost, violations
from tests.chaos.field import Field
from tests.chaos.person import Person
from tests.chaosproxy import chaos_proxy
from tests.redis_server import running_redis

SETTLED_SECONDS: Final = 60.0
LEASE_AND_GRACE_SECONDS: Final = (22.0, 30.0)


@dataclass
class Result:
    """``unsettled`` is how long rosters were not exact, from the fault (or, for an outage, from its end). ``slow`` lists figures
    that were worse than wanted; they fail no test, because the machine runs everything at once. ``gap`` is the longest time that
    browsers waited for a frame or a packet, ``usual`` the same before the fault. ``lost_packets`` were sent to them and have not
    arrived. ``figures`` are other measurements of a case, each with its unit in its name.
    """

    sockets: int
    leaves: int = 0
    closed: int = 0
    unsettled: float = 0.0
    resumed: float = 0.0
    signals: int = 0
    lost: int = 0
    wrong: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    gap: float = 0.0
    usual: float = 0.0
    lost_packets: int = 0


Case = Callable[[Field], Awaitable[Result]]


def closes(people: list[Person], since: float) -> list[int]:
    """The codes that sockets were closed with."""
    return [entry.content for person in people for entry in person.log if entry.kind == "closed" and entry.at >= since]


def leaves(people: list[Person]) -> int:
    """How many have left, by what anybody has received."""
    received = {
        entry.content["id"] for person in people for entry in person.log if entry.kind == "received" and _left(entry.content)
    }
    return len(received)


def _left(fact: object) -> bool:
    return isinstance(fact, dict) and fact["type"] == "left"


def resumed(people: list[Person], since: float) -> float:
    """The time until the last of them was welcomed again."""
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
    times = [
        entry.at - since for person in here.people for entry in person.log if entry.kind == "received" and _left(entry.content)
    ]
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
        result = await settled(
            here, back, set(), here.people, stays=13
        )  # longer than the time in which nobody is announced as missing
        result.wrong += [f"C4 {person.name} knows no new epoch" for person in here.people if person.epoch in epochs]
        result.closed = len(closes(here.people, began))
        return result

    return case


def lose_everything(how: signal.Signals, seconds: float) -> Case:
    """C17 to C19: all workers end at once, and Redis with them; embedded that is the one process. All come back empty.

    The fault waits until history has everybody: somebody who entered just before it would come back as somebody new.
    """

    async def case(here: Field) -> Result:
        recorded = await here.until(here.recorded, 20, "in history")
        began, workers = time.monotonic(), here.workers
        known = {person.id: person.epoch for person in here.people}
        numbers = range(len(workers.ports))
        for number in numbers:
            workers.end(number, how)
        if not workers.embedded:
            workers.store.kill()
        codes = [await workers.ended(number) for number in numbers]
        await asyncio.sleep(seconds)
        if not workers.embedded:
            await asyncio.to_thread(workers.store.start)
        await asyncio.to_thread(workers.start, *numbers)
        result = await settled(here, time.monotonic(), set(), here.people, stays=5)
        result.figures = {"in history after, s": recorded}
        result.resumed = resumed(here.people, began)
        result.closed = len(closes(here.people, began))
        result.wrong += [f"C17 {person.name} is somebody new" for person in here.people if person.id not in known]
        result.wrong += [
            f"C17 {person.name} knows no new epoch" for person in here.people if known.get(person.id) == person.epoch
        ]
        if how == signal.SIGTERM and any(codes):
            result.wrong.append(f"C17 ended with {codes}")
        return result

    return case


def freeze_redis(seconds: float) -> Case:
    """C5: Redis stops answering for a while, and keeps its data."""

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


def replace_redis(behind: float) -> Case:
    """C6: Redis dies, and a replica that is ``behind`` takes its place. Since its state, people have joined and resumed."""

    async def case(here: Field) -> Result:
        began, epochs = time.monotonic(), {person.epoch for person in here.people}
        with running_redis() as replica:
            async with chaos_proxy(here.workers.store.port) as replication:
                await asyncio.to_thread(replica.copies, replication.port)
                replication.freeze("down")
                affected = here.random.sample(here.people, len(here.people) // 4)
                for person in affected:
                    person.stumble()
                here.enter(here.ground.rooms[0], here.ground.cookies[0], "Newcomer")
                await here.until(here.exact, 10, "resumed and entered")
                await asyncio.sleep(max(0.0, began + behind - time.monotonic()))
                faulty = time.monotonic()
                here.workers.store.kill()
            replica.leads()
            for line in here.workers.lines:
                line.lead(replica.port)
            back = time.monotonic()
            with here.workers.stored_in(replica):
                result = await settled(here, back, set(), here.people, stays=13)
                result.wrong += [f"C6 {person.name} knows no new epoch" for person in affected if person.epoch in epochs]
                result.closed = len(closes(here.people, faulty))
                await here.empty()
                await here.until(lambda: not here.kept(), 10, "I8 with the replica")
        await asyncio.to_thread(here.workers.store.start)
        for line in here.workers.lines:
            line.lead(here.workers.store.port)
        return result

    return case


def cut_off_worker(seconds: float) -> Case:
    """C7: one worker loses its connection to Redis, the other does not."""

    async def case(here: Field) -> Result:
        affected, since = here.on(1), time.monotonic()
        here.workers.lines[1].freeze()
        try:
            moved = await here.until(lambda: not here.on(1), 20, "everybody moved")
            await asyncio.sleep(max(0.0, since + seconds - time.monotonic()))
        finally:
            here.workers.lines[1].thaw()
        result = await settled(here, time.monotonic(), set(), affected, stays=8)
        result.closed = sum(entry.kind == "closed" and entry.at >= since for person in here.people for entry in person.log)
        result.figures = {"all moved after, s": moved}
        return result

    return case


def half_open(seconds: float) -> Case:
    """C8: in one direction of somebody's connection nothing arrives any more, and neither end is told."""

    async def case(here: Field) -> Result:
        affected = here.random.sample(here.people, len(here.people) // 3)
        lines = [await here.line(person) for person in affected]
        await here.until(here.exact, 15, "resumed on lines of their own")
        since = time.monotonic()
        for line in lines:
            line.freeze(here.random.choice(["up", "down"]))
        await here.until(lambda: {person.id for person in affected}.isdisjoint(here.stored()), 20, "detached")
        detached = time.monotonic() - since
        await asyncio.sleep(max(0.0, since + seconds - time.monotonic()))
        for line in lines:
            line.thaw()
        result = await settled(here, time.monotonic(), set(), affected)
        result.closed = len(closes(affected, since))
        result.figures = {"all detached after, s": detached}
        return result

    return case


def skew_clock(stays: float) -> Case:
    """C11: the wall clock of one worker is wrong: by seconds, minutes, a day; forward and back."""

    async def case(here: Field) -> Result:
        since = time.monotonic()
        for seconds in (5, -5, 120, -120, 86_400, 0):
            here.workers.skew(1, seconds)
            await asyncio.sleep(stays)
        result = await settled(here, time.monotonic(), set(), here.on(1))
        result.closed = len(closes(here.people, since))
        return result

    return case


def block_database(seconds: float) -> Case:
    """C12: the database takes nothing for a while, and a host removes people meanwhile."""

    async def case(here: Field) -> Result:
        host = here.enter(here.ground.rooms[0], here.ground.host, "Alice")
        removed = [here.enter(host.slug, here.ground.spares.pop(), name) for name in ("Mallory", "Trudy")]
        await here.until(here.exact, 10, "Alice and the two came")
        async with locked(here.workers.database):
            since = time.monotonic()
            for person in removed:
                host.send({"type": "remove", "id": person.id})
            while time.monotonic() < since + seconds:
                here.chat(10)
                await asyncio.sleep(0.05)
            await here.until(lambda: all(person.over for person in removed), 10, "removed, though nothing can be written down")
        here.people = [person for person in here.people if person not in removed]
        result = await settled(here, since, {person.id for person in removed}, removed)
        delays = sorted(relays(here.people, since, since + seconds))
        slowest = delays[int(len(delays) * 0.99)] * 1000
        result.figures = {"signal delay p99, ms": slowest}
        if slowest > 50:
            result.slow.append(f"C12 p99 of {len(delays)} relays: {slowest:.0f} ms")
        if result.leaves != len(removed):
            result.wrong.append(f"C12 {result.leaves} left")
        return result

    return case


@asynccontextmanager
async def locked(database: Path) -> AsyncIterator[None]:
    """A context in which nobody else can write to the database. It waits for writers; people go on talking meanwhile."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=30, check_same_thread=False)) as connection:
        await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


def relays(people: list[Person], since: float, until: float) -> Iterator[float]:
    """The delay of each signal that was sent in this time."""
    sent = {
        (person.id, entry.content["to"], entry.content["number"]): entry.at
        for person in people
        for entry in person.log
        if entry.kind == "sent" and since <= entry.at <= until
    }
    for person in people:
        for entry in person.log:
            match entry.content:
                case {"type": "signal", "from": sender, "candidate": {"candidate": number}}:
                    if (at := sent.get((sender, person.id, int(number)))) is not None:
                        yield entry.at - at


def sleep(seconds: float) -> Case:
    """C13: machines go to sleep, and wake up when their places are long gone."""

    async def case(here: Field) -> Result:
        affected = here.random.sample(here.people, len(here.people) // 3)
        lines = [await here.line(person) for person in affected]
        await here.until(here.exact, 15, "resumed on lines of their own")
        since, asleep = time.monotonic(), {person.id for person in affected}
        for person, line in zip(affected, lines, strict=True):
            line.freeze("up", "down")
            person.sleep()
        await asyncio.sleep(seconds)
        back = time.monotonic()
        for person, line in zip(affected, lines, strict=True):
            line.thaw()
            person.start()
        await here.until(lambda: asleep.isdisjoint({person.id for person in here.people}), 15, "came as somebody new")
        result = await settled(here, back, asleep, affected)
        if result.leaves != len(asleep):
            result.wrong.append(f"C13 {result.leaves} left of {len(asleep)}")
        if codes := set(refusals(affected, back)) - {4010}:
            result.wrong.append(f"C13 closed with {codes}")
        result.closed = len(closes(affected, since))
        return result

    return case


def refusals(people: list[Person], since: float) -> list[int]:
    """The refusals of people who came back."""
    return [entry.content for person in people for entry in person.log if entry.kind == "refused" and entry.at >= since]


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


def fill_redis(seconds: float) -> Case:
    """C16: Redis has no memory left."""

    async def case(here: Field) -> Result:
        began, someone = time.monotonic(), here.people[0]
        here.workers.store.command("CONFIG", "SET", "maxmemory", "1")
        codes = []
        while time.monotonic() < began + seconds:
            codes.append(await someone.knock())
            await asyncio.sleep(1)
        here.workers.store.command("CONFIG", "SET", "maxmemory", "0")
        back = time.monotonic()
        result = await settled(here, back, set(), here.people, stays=5)
        result.closed = len(closes(here.people, began))
        if set(codes) != {4503}:
            result.wrong.append(f"C16 newcomers received {codes}")
        if code := await someone.knock():
            result.wrong.append(f"C16 a newcomer hears {code} afterwards")
        return result

    return case


async def storm(here: Field) -> Result:
    """L5: everybody loses the same worker at once, and comes to the one that is left."""
    here.workers.end(0, signal.SIGKILL)
    await here.workers.ended(0)
    await here.until(lambda: len(here.on(1)) == len(here.people) and here.exact(), 60, "everybody on one worker")
    await asyncio.to_thread(here.workers.start, 0)
    return await kill_worker(here)


def idle(seconds: float) -> Case:
    """L7: nothing happens."""

    async def case(here: Field) -> Result:
        began = time.monotonic()
        here.silence()
        await asyncio.sleep(seconds)
        result = await settled(here, time.monotonic(), set(), here.people)
        result.closed = len(closes(here.people, began))
        return result

    return case
