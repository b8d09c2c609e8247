"""Faults of the network between two real browsers. Each case breaks a path, waits until audio and video arrive in both directions
again, and returns how long that took. Raises AssertionError if that takes too long.

The two keep their sockets unless the case says otherwise. Nobody may leave or join anew because of a fault.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from django.conf import settings
from playwright.async_api import async_playwright

from tests.browser import deployment as deploying
from tests.browser.chromium import FLAGS, program
from tests.browser.servers import ROOT, Server, daphne_command, running
from tests.chaos.caller import Caller
from tests.chaos.network import CORE, SERVER, TWO, Client, Network, network, wait_listening
from tests.chaos.witness import Report

PORTS: Final = (8000, 8001)
REDIS_PORT: Final = 6379
TURN_PORT: Final = 3478
SECRET: Final = "shared with coturn"
ORIGINS: Final = [f"http://{SERVER}:{port}" for port in PORTS]
#: getUserMedia needs a secure context. Without a certificate, only the loopback is one.
SECURE: Final = f"--unsafely-treat-insecure-origin-as-secure={','.join(ORIGINS)}"
BASELINE_SECONDS: Final = 3.0
HEALED_SECONDS: Final = 60.0


class Relay:
    """coturn as deploy/turnserver.conf has it, in the middle of the network."""

    def __init__(self, place: Network, directory: Path) -> None:
        self._place = place
        self._directory = directory
        self._stack = ExitStack()

    def start(self) -> None:
        options = {
            "listening-ip": SERVER,
            "relay-ip": SERVER,
            "realm": "conference",
            "static-auth-secret": SECRET,
            "pidfile": str(self._directory / "turnserver.pid"),
            "userdb": str(self._directory / "turndb"),
        }
        given = [f"--{name}={value}" for name, value in options.items()]
        command = ["turnserver", "-c", str(ROOT / "deploy" / "turnserver.conf"), *given]
        server = self._stack.enter_context(_run(self._place, command, TURN_PORT, self._directory / "turnserver.log"))
        wait_listening(server.pid, TURN_PORT, server.log)

    def stop(self) -> None:
        self._stack.close()


@dataclass
class Ground:
    """The product in a network of its own. Made outside the event loop, because it uses the database. Each run takes a room."""

    network: Network
    relay: Relay
    directory: Path
    rooms: list[str]
    cookies: dict[Client, str]


@contextmanager
def ground(
    directory: Path,
    database: Path,
    static: Path,
    variables: Mapping[str, str],
    *,
    runs: int = 1,
    clients: Sequence[Client] = TWO,
) -> Iterator[Ground]:
    """``variables`` are the workers'."""
    with network(clients) as place, ExitStack() as stack:
        relay = Relay(place, directory)
        stack.callback(relay.stop)
        if variables:
            relay.start()
        store = ["redis-server", "--bind", "127.0.0.1", "--port", str(REDIS_PORT), "--save", "", "--appendonly", "no"]
        servers = [stack.enter_context(_run(place, store, REDIS_PORT, directory / "redis.log"))]
        environment = {
            "DJANGO_SETTINGS_MODULE": "conference.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "ORIGINS": ",".join(ORIGINS),
            "DATABASE_URL": f"sqlite:///{database}",
            "REDIS_URL": f"redis://127.0.0.1:{REDIS_PORT}/0",
            "STATIC_ROOT": str(static),
            "VAR_DIR": str(directory),
            **variables,
        }
        for port in PORTS:
            command = daphne_command("conference.asgi:application", port, SERVER)
            servers.append(stack.enter_context(_run(place, command, port, directory / f"worker-{port}.log", environment)))
        for server in servers:
            wait_listening(server.pid, server.port, server.log)
        rooms = [deploying.room(f"Room {number}").slug for number in range(runs)]
        yield Ground(place, relay, directory, rooms, {client: _login(client.capitalize()) for client in clients})


@contextmanager
def _run(
    place: Network, command: list[str], port: int, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    with running(place.within(CORE, *command), port, log, environment) as server:
        yield server


def _login(name: str) -> str:
    return deploying.login(deploying.user(name))


@dataclass
class Outcome:
    """Seconds. ``baseline``: the longest wait for a packet or a frame, on either side, before the fault. ``sound`` and
    ``pictures``: the longest since. ``back``: the time until all arrived again, from when it could. ``way``: candidates, Alice's
    first. ``lost``: packets.
    """

    baseline: float = 0.0
    sound: float = 0.0
    pictures: float = 0.0
    back: float = 0.0
    blind: float = 0.0
    lost: int = 0
    way: str = ""
    said: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Pair:
    """Alice and Bob, who see and hear each other."""

    network: Network
    relay: Relay
    people: dict[Client, Caller]
    random: Random
    baseline: float

    async def mark(self) -> None:
        for person in self.people.values():
            await person.witness.mark()

    async def flows(self, seconds: float = HEALED_SECONDS) -> None:
        """Wait until all has arrived for a while, in both directions."""
        await asyncio.gather(*(person.witness.flows(stays=2, seconds=seconds) for person in self.people.values()))

    async def outcome(self, could: float = 0.0, *, within: float) -> Outcome:
        """``could``: from when, in seconds since the mark, all could arrive again. It must arrive ``within`` so many more."""
        reports = [await person.witness.report() for person in self.people.values()]
        found = Outcome(
            baseline=self.baseline,
            sound=max(flow.longest for report in reports for flow in report.packets),
            pictures=max(flow.longest for report in reports for flow in report.frames),
            back=max(0.0, max(report.back() for report in reports) - could),
            blind=max(report.blind for report in reports),
            lost=sum(report.lost for report in reports),
            way=await self._way(),
            said=[_sentence(person.name, report) for person, report in zip(self.people.values(), reports, strict=True)],
        )
        found.wrong += [text async for text in self._wrong()]
        if found.back > within:
            found.wrong.append(f"back after {found.back:.1f} s, not {within:g}")
        if any(report.said and report.said[-1][2] for report in reports):
            found.wrong.append("a tile still complains")
        return found

    async def _way(self) -> str:
        ways = await self.people["alice"].witness.connections()
        return ", ".join(f"{one.local}-{one.remote}" for one in ways)

    async def _wrong(self) -> AsyncIterator[str]:
        for person in self.people.values():
            if len(person.ids) != 1:
                yield f"{person.name} has been {person.ids}"
            if person.departures:
                yield f"{person.name} heard that {person.departures} left"
            states = [one.state for one in await person.witness.connections()]
            if states != ["connected"]:
                yield f"{person.name} has connections {states}"
            for error in person.errors:
                yield error


def _sentence(name: str, report: Report) -> str:
    """The notes on the other's tile since the mark, with times."""
    return f"{name} reads: " + ", ".join(f"{at:.1f} s {text or '-'}" for at, _, text in report.said)


def _expect(outcome: Outcome, text: str) -> Outcome:
    outcome.wrong += [f"not said: {text!r}: {said}" for said in outcome.said if text not in said]
    return outcome


@asynccontextmanager
async def pair(here: Ground, seed: int) -> AsyncIterator[Pair]:
    """Both enter, and are measured for a while before the fault."""
    random, slug = Random(seed), here.rooms.pop()
    async with async_playwright() as playwright:
        people: dict[Client, Caller] = {}
        names: list[Client] = ["alice", "bob"]
        for name, origin in zip(names, ORIGINS, strict=True):
            path = here.network.script(here.directory, name, program())
            browser = await playwright.chromium.launch(executable_path=path, args=[*FLAGS, SECURE])
            people[name] = await Caller.enter(browser, origin, name.capitalize(), here.cookies[name])
        for name in random.sample(names, 2):
            await people[name].join(slug)
        for person in people.values():
            await person.witness.flows()
            await person.witness.mark()
        await asyncio.sleep(BASELINE_SECONDS)
        baseline = max([await person.witness.gap() for person in people.values()])
        yield Pair(here.network, here.relay, people, random, baseline)
        for person in people.values():
            await person.close()


# The cases


def cut_for(least: float, *, within: float = 3.0) -> Case:
    """P1, P2: there is no other path. If a relay is lent, it cannot be reached either. ``within`` counts from when the path is
    back.
    """

    async def case(two: Pair) -> Outcome:
        seconds = least + two.random.random()
        await two.mark()
        began = time.monotonic()
        two.network.cut()
        await asyncio.to_thread(two.relay.stop)
        try:
            await asyncio.sleep(seconds)
        finally:
            two.network.mend()
        could = time.monotonic() - began
        await two.flows()
        return _expect(await two.outcome(could, within=within), "Reconnecting…")

    return case


async def cut_for_good(two: Pair) -> Outcome:
    """P3: the relay is another path."""
    await two.mark()
    two.network.cut()
    try:
        await two.flows()
        return _relayed(await two.outcome(within=15))
    finally:
        two.network.mend()


async def block_one_direction(two: Pair) -> Outcome:
    """P5: what one of them sends does not arrive; what the other sends does."""
    source, target = two.random.sample(list(two.people), 2)
    await two.mark()
    two.network.vanish(source, target)
    try:
        await two.flows()
        return _relayed(await two.outcome(within=15))
    finally:
        two.network.pass_again(source, target)


def _relayed(outcome: Outcome) -> Outcome:
    if "relay" not in outcome.way:
        outcome.wrong.append(f"not through the relay but {outcome.way}")
    return outcome


async def change_address(two: Pair) -> Outcome:
    """P4: one of them gets another address, at once or after a while without any. Its socket breaks, too."""
    moved = two.random.choice(list(two.people))
    without = two.random.choice([0.0, two.random.uniform(1, 3)])
    welcomes = two.people[moved].welcomes
    await two.mark()
    began = time.monotonic()
    two.network.unplug(moved)
    await asyncio.sleep(without)
    two.network.plug(moved)
    could = time.monotonic() - began
    await two.flows()
    outcome = await two.outcome(could, within=10)
    outcome.said.append(f"{moved} moved after {without:.1f} s, welcomed {two.people[moved].welcomes - welcomes} times since")
    return outcome


async def restart_relay(two: Pair) -> Outcome:
    """C15: coturn restarts, and forgets all allocations."""
    await two.mark()
    began = time.monotonic()
    await asyncio.to_thread(two.relay.stop)
    await asyncio.to_thread(two.relay.start)
    could = time.monotonic() - began
    await two.flows()
    return _relayed(await two.outcome(could, within=15))


Case = Callable[[Pair], Awaitable[Outcome]]


@dataclass(frozen=True)
class PathCase:
    """``variables`` are the workers': without TURN there is no relay."""

    what: str
    case: Case
    variables: Mapping[str, str] = field(default_factory=dict)


TURN: Final = {
    "TURN_URLS": f"turn:{SERVER}:{TURN_PORT}?transport=udp,turn:{SERVER}:{TURN_PORT}?transport=tcp",
    "TURN_SECRET": SECRET,
}
PATHS: Final = {
    "P1": PathCase("the only path of a pair is cut for 10 s", cut_for(10)),
    "P1b": PathCase("the only path of a pair is cut for 25 s; a relay is lent, but cannot be reached", cut_for(25), TURN),
    "P2": PathCase("the only path of a pair is cut for 40 s", cut_for(40)),
    "P2b": PathCase("the only path of a pair is cut for 70 s", cut_for(70)),
    "P3": PathCase("the direct path is cut permanently, a relay is lent", cut_for_good, TURN),
    "P4": PathCase("one side's address changes, and its socket breaks", change_address),
    "P5": PathCase("one direction of the direct path is cut permanently, a relay is lent", block_one_direction, TURN),
    "C15": PathCase("coturn restarts during a relayed call", restart_relay, {**TURN, "ICE_POLICY": "relay"}),
}


async def once(here: Ground, case: Case, seed: int) -> Outcome:
    try:
        async with pair(here, seed) as two:
            return await case(two)
    except AssertionError as error:
        return Outcome(wrong=[str(error)])
