"""``make bench-abuse``: what a flood costs those who behave on the same worker.

A real server relays for pairs of people who send each other a signal ten times a second. Beside them runs one flood of
``bench.floods`` at a time, in a process of its own, from the same address. The server is on one core, everybody else on the
other.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

import bench.deployments  # noqa: F401 - sets Django up for what imports models
from accounts.models import User
from bench import cpu, machine, results
from bench.floods import FLOODS, Target
from bench.load import Message, Socket, candidate
from rooms import guests
from tests.browser import deployment as deploying
from tests.browser.servers import Server

PAIRS = 5
EVERY_SECONDS = 0.1
SHORT_SECONDS = 8.0
SECONDS = {"dripping": 40.0, "lingering": 15.0, "logins": 30.0}
PASSWORD = "correct horse battery"
RELAYED = {"TURN_URLS": "turn:127.0.0.1:9", "TURN_SECRET": "bench"}
WANTED_SECONDS, WANTED_BYTES = 0.05, 32 * 1024 * 1024


def resident(pid: int) -> int:
    """Bytes of memory that a process has now (proc(5), VmRSS)."""
    match = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert match is not None
    return int(match[1]) * 1024


class Talker:
    """Somebody who behaves: sends signals to their partner, and records the delay of the partner's signals."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.delays: list[float] = []
        self._sent: dict[str, float] = {}
        socket.received = self._receive

    async def talk(self, to: Talker) -> None:
        number = 0
        while True:
            number += 1
            message = candidate(to.socket.id, f"{number}")
            to._sent[f"{number}"] = time.perf_counter()
            await self.socket.send([message])
            await asyncio.sleep(EVERY_SECONDS)

    def _receive(self, message: Message) -> None:
        if message["type"] == "signal" and (sent := self._sent.pop(message["connection"], None)) is not None:
            self.delays.append(time.perf_counter() - sent)

    @property
    def missing(self) -> int:
        return len(self._sent)


@dataclass
class Outcome:
    """What those who behave saw during one flood."""

    delays: list[float] = field(default_factory=list)
    closed: int = 0
    missing: int = 0
    grown: int = 0
    logged: int = 0
    tally: dict[str, object] = field(default_factory=dict)

    def row(self, name: str) -> list[str]:
        percentile = quantiles(self.delays, n=100) if len(self.delays) > 1 else [float("nan")] * 99
        kept = percentile[98] <= WANTED_SECONDS and self.grown <= WANTED_BYTES and not self.closed
        return [
            name,
            f"{percentile[49] * 1000:.1f} / {percentile[98] * 1000:.1f} / {max(self.delays, default=0) * 1000:.0f} ms",
            f"{self.grown / 1024 / 1024:+.0f} MB",
            f"{self.logged / 1024:.1f} kB",
            str(self.closed),
            str(self.missing),
            json.dumps(self.tally).replace("|", "/") if self.tally else "",
            "yes" if kept else "**no**",
        ]


def made(policy: str) -> list[str]:
    """The rooms: one for the crowd, and one for each pair but the first."""
    crowd = deploying.room("Crowd", capacity=50, ice_policy=policy).slug
    return [crowd, *(deploying.room().slug for _ in range(PAIRS - 1))]


def account() -> str:
    """The address of somebody who signs in with ``PASSWORD``."""
    hasher = PBKDF2PasswordHasher()
    person = deploying.user("Honest")
    User.objects.using(deploying.ALIAS).filter(pk=person.pk).update(password=hasher.encode(PASSWORD, hasher.salt()))
    return str(person.email)


async def measure(server: Server, name: str, rooms: list[str], login: str) -> Outcome:
    seconds = SECONDS.get(name, SHORT_SECONDS)
    pairs = [[Talker(Socket(server.port, room, batched=True, cookie=cookie())) for _ in range(2)] for room in rooms]
    talkers = [talker for pair in pairs for talker in pair]
    for talker in talkers:
        await talker.socket.join()
    guests_of_mallory = [cookie() for _ in range(31)]
    target = Target(server.port, rooms[0], guests_of_mallory, talkers[0].socket.id, login, PASSWORD, seconds)
    outcome = Outcome()
    await asyncio.sleep(0.5)
    before, logged_before = resident(server.pid), server.log.stat().st_size
    process = None
    if name in FLOODS:
        program = [sys.executable, "-m", "bench.floods", name]
        process = await asyncio.create_subprocess_exec(*program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin is not None
        process.stdin.write(target.text().encode() + b"\n")
    talking = [asyncio.create_task(one.talk(two)) for one, two in [*pairs, *map(reversed, pairs)]]
    for _ in range(int(seconds * 4)):
        await asyncio.sleep(0.25)
        outcome.grown = max(outcome.grown, resident(server.pid) - before)
    if process is not None:
        assert process.stdout is not None
        line = await process.stdout.readline()
        outcome.tally = {key: value for key, value in json.loads(line).items() if value}
        await process.wait()
    for task in talking:
        task.cancel()
    await asyncio.gather(*talking, return_exceptions=True)
    await asyncio.sleep(1)
    outcome.logged = server.log.stat().st_size - logged_before
    outcome.closed = sum(talker.socket.closed.is_set() for talker in talkers)
    outcome.missing = sum(talker.missing for talker in talkers)
    outcome.delays = [delay for talker in talkers for delay in talker.delays]
    await asyncio.gather(*(talker.socket.close() for talker in talkers), return_exceptions=True)
    return outcome


def cookie() -> str:
    """The cookie of a new guest."""
    return f"{settings.GUEST_COOKIE_NAME}={guests.sign(secrets.token_hex(8))}"


@contextmanager
def served(database: Path, static: Path, *, redis: bool) -> Iterator[Server]:
    """One worker, embedded or with a Redis, alone on its core."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        if redis:
            with deploying.deployed(directory, database=database, static=static, workers=1, variables=RELAYED) as running:
                cpu.pin(running.redis.pid, cpu.LOAD_CORE)
                cpu.pin(running.workers[0].pid, cpu.SERVER_CORE)
                yield running.workers[0]
        else:
            with deploying.embedded(directory, database=database, static=static, variables=RELAYED) as server:
                cpu.pin(server.pid, cpu.SERVER_CORE)
                yield server


def main() -> None:
    names = [name for name in sys.argv[1:] if not name.startswith("-")] or ["none", *FLOODS]
    about = machine.describe(("daphne", "autobahn", "Twisted"), [machine.program("redis-server", "--version")])
    cpu.pin(0, cpu.LOAD_CORE)
    rows = []
    with tempfile.TemporaryDirectory() as directory, deploying.database(Path(directory)) as database:
        static = deploying.collect_static(Path(directory))
        for redis in (False,) if "--embedded" in sys.argv else (False, True):
            for name in names:
                with served(database, static, redis=redis) as server:
                    outcome = asyncio.run(measure(server, name, made("relay" if name == "slow" else "all"), account()))
                rows.append(["Redis" if redis else "embedded", *outcome.row(name)])
                print(*rows[-1], sep=" | ", flush=True)
    head = ("", "flood", "relay p50 / p99 / longest", "memory", "log", "closed", "not arrived", "the flood's own count", "kept")
    if "--print" in sys.argv:
        return
    results.append(
        "Abuse",
        about,
        f"{2 * PAIRS} people who behave send ten signals a second each, beside one flood for {SHORT_SECONDS:.0f} s "
        f"({', '.join(f'{name}: {seconds:.0f} s' for name, seconds in SECONDS.items())}), "
        "all from one address, on one worker. Wanted: p99 <= 50 ms, memory <= +32 MB, nobody of them closed.",
        "\n".join(f"- *{name}*: {work.__doc__}" for name, work in FLOODS.items()),
        results.table(head, rows),
    )


if __name__ == "__main__":
    main()
