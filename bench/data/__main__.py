"""``make bench-data``: what chat and files cost, in real browsers.

- *chat*: see ``bench/chat.py``.
- *one*: a file of 200 MB from one person to another on the loopback, beside a bare data channel between the same browsers
  in the same run. The memory of the receiving page, and what happens meanwhile to sound and to messages on ``control``.
- *cut*: three interruptions: the pair is lost, the receiver reloads, the network of the sender changes. In network
  namespaces; needs Linux and root.
- *several*: a file for one person and then for three, where everybody's line takes 20 Mbit/s upwards. In network
  namespaces, too. Beside it, in a meeting of its own, what bare channels take for the same: one for a file, and a chain of
  three, on which each line carries it once.
- *thin*: the same with lines of 5 Mbit/s, which take a quarter of the processors' time.

``python -m bench.data [chat] [one] [cut] [several] [thin] --quick`` prints Markdown; all without ``--quick`` are added to
RESULTS.md.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import expect, sync_playwright

from bench import chat, deployments, machine, results
from bench.data.people import PATIENCE_SECONDS, Place, Reading, Sharer, loopback, meeting, private_bytes
from bench.mesh import camera
from tests.browser import deployment as deploying
from tests.browser.chromium import launch, program
from tests.browser.person import eventually
from tests.chaos import paths
from tests.chaos.network import CLIENTS, TWO, Client, why_not

MB = 1_000_000
ROUNDS = 3
HEAD = ("what", "figure", "bare channel", "wanted")
QUIET_SECONDS = 10
MEMORY_SECONDS = 0.5
PIECE = 262_144
PARTS = ("chat", "one", "cut", "several", "thin")
MEANWHILE, LIMITS = "`control` (p95) and concealed sound meanwhile", "<= 100 ms; no more than without"
UPWARDS, THIN, QUEUE = "20mbit", "5mbit", "200ms"


@dataclass(frozen=True)
class Window:
    """What a meeting was like for a while: milliseconds at the 95th percentile, and the share of sound that was made up."""

    control: float
    concealed: float

    @classmethod
    def of(cls, before: Sequence[Reading], after: Sequence[Reading]) -> Window:
        delays = [delay for reading in after for delay in reading["delays"]]
        pairs = list(zip(before, after, strict=True))
        samples = sum(two["samples"] - one["samples"] for one, two in pairs)
        concealed = sum(two["concealed"] - one["concealed"] for one, two in pairs)
        return cls(quantiles(delays, n=20)[-1] if len(delays) > 1 else 0.0, concealed / max(1, samples))

    @classmethod
    def median(cls, windows: Sequence[Window]) -> Window:
        return cls(median(one.control for one in windows), median(one.concealed for one in windows))

    def __str__(self) -> str:
        return f"{self.control:.0f} ms, {self.concealed:.2%}"


def observed(people: Sequence[Sharer], action: Callable[[], float]) -> tuple[float, Window]:
    """What the action returns, and the meeting meanwhile."""
    before = [person.read() for person in people]  # with the delays of before
    result = action()
    return result, Window.of(before, [person.read() for person in people])


def quiet(people: Sequence[Sharer]) -> Window:
    def wait() -> float:
        people[0].page.wait_for_timeout(QUIET_SECONDS * 1000)
        return 0.0

    return observed(people, wait)[1]


def made(directory: Path, name: str, size: int) -> Path:
    path = directory / name
    with path.open("wb") as file:
        for _ in range(size // MB):
            file.write(os.urandom(MB))
    return path


def fetched(source: Sharer, path: Path, receivers: Sequence[Sharer]) -> float:
    """Seconds from the first click until the last of them has it."""
    source.offer(path)
    for person in receivers:
        expect(person.page.get_by_role("button", name=f"Get {path.name}")).to_be_visible()
    began = time.perf_counter()
    for person in receivers:
        person.get(path.name)
    for person in receivers:
        person.has(path.name)
    return time.perf_counter() - began


# One


def bare(people: Sequence[Sharer], size: int) -> float:
    """Seconds until everybody has so many bytes of the one before them, over channels that do nothing else."""
    pairs = list(zip(people, people[1:], strict=False))
    for source, target in pairs:
        source.bare("connect", target.bare("answer", {"sdp": source.bare("offer"), "total": size}))
    began = time.perf_counter()
    for source, _ in pairs:
        source.bare("send", size)
    for _, target in pairs:
        target.bare("arrived")
    seconds = time.perf_counter() - began
    for person in people:
        person.bare("close")
    return seconds


class Memory:
    """The most that the pages of somebody have had while it was watched, in bytes."""

    def __init__(self, person: Sharer) -> None:
        self._pids = person.renderers()
        self.begin = self.most = self._now()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(MEMORY_SECONDS):
            self.most = max(self.most, self._now())

    def _now(self) -> int:
        return sum(map(private_bytes, self._pids))

    def grown(self) -> int:
        self._over.set()
        self._thread.join()
        return self.most - self.begin


def one(directory: Path, origins: Sequence[str], flags: Sequence[str], *, quick: bool) -> list[list[str]]:
    size = (20 if quick else 200) * MB
    slug = deploying.room().slug
    ours, theirs, grown, meanwhile, besides = [], [], [], [], []
    with meeting(directory, slug, loopback(origins, "Alice", "Bob"), flags) as (alice, bob):
        before = quiet([alice, bob])
        for number in range(1 if quick else ROUNDS):
            seconds, window = observed([alice, bob], lambda: bare([alice, bob], size))
            theirs.append(seconds)
            besides.append(window)
            path = made(directory, f"file-{number}.bin", size)
            memory = Memory(bob)
            seconds, window = observed([alice, bob], lambda path=path: fetched(alice, path, [bob]))  # type: ignore[misc]
            grown.append(memory.grown())
            ours.append(seconds)
            meanwhile.append(window)
            path.unlink()
    mbits = [size * 8 / MB / median(seconds) for seconds in (ours, theirs)]
    what = f"{size // MB} MB to one person, loopback"
    return [
        [what, f"{mbits[0]:.0f} Mbit/s: **{mbits[0] / mbits[1]:.2f}** of the bare one", f"{mbits[1]:.0f} Mbit/s", ">= 0.9"],
        ["memory of the receiving page, at most", f"**+{max(grown) / 2**20:.0f} MiB**", "", "<= 64 MiB"],
        [MEANWHILE, f"**{Window.median(meanwhile)}**; without {before}", f"{Window.median(besides)}", LIMITS],
    ]


# In a network


def places(directory: Path, here: paths.Ground, clients: Sequence[Client], rate: str = UPWARDS) -> list[Place]:
    """Where they are: each on a line that takes so much upwards."""
    found = []
    for number, client in enumerate(clients):
        here.network.shape(client, "eth0", rate, QUEUE)
        browser = here.network.script(directory, client, program())
        found.append(Place(client.capitalize(), paths.ORIGINS[number % len(paths.ORIGINS)], browser, here.cookies[client]))
    return found


def cut(directory: Path, here: paths.Ground, flags: Sequence[str], *, quick: bool) -> list[list[str]]:
    size = (10 if quick else 25) * MB
    with meeting(directory, here.rooms.pop(), places(directory, here, TWO), [*flags, paths.SECURE]) as (alice, bob):
        path = made(directory, "cut.bin", size)
        alice.offer(path)
        bob.get(path.name)
        for percent, interrupt in ((20, bob.cut), (40, bob.reload), (60, lambda: move(here, "alice"))):
            eventually(lambda percent=percent: bob.percent(path.name) >= percent, seconds=PATIENCE_SECONDS, what=f"{percent} %")  # type: ignore[misc]
            interrupt()
        bob.has(path.name)
        again = alice.read()["sent"] - size
    pieces = again / PIECE / 3
    figure = f"completes, each piece checked; {again / MB:.2f} MB sent again: **{pieces:.1f}** pieces of 256 KiB for each"
    return [[f"{size // MB} MB, three interruptions", figure, "", "<= 1"]]


def move(here: paths.Ground, client: Client) -> None:
    here.network.unplug(client)
    here.network.plug(client)


def several(directory: Path, here: paths.Ground, flags: Sequence[str], *, quick: bool, rate: str = UPWARDS) -> list[list[str]]:
    size = (5 if quick or rate == THIN else 25) * MB
    where = places(directory, here, CLIENTS, rate)
    with meeting(directory, here.rooms.pop(), where, [*flags, paths.SECURE]) as people:
        before = quiet(people)
        files = [made(directory, f"{name}-{rate}.bin", size) for name in ("for-one", "for-three")]
        single, alone = observed(people, lambda: fetched(people[0], files[0], people[1:2]))
        sent = people[0].read()["sent"]
        seconds, window = observed(people, lambda: fetched(people[0], files[1], people[1:]))
        sent = people[0].read()["sent"] - sent
    with meeting(directory, here.rooms.pop(), where, [*flags, paths.SECURE]) as people:
        quiet(people)
        bare_single, bare_alone = observed(people, lambda: bare(people[:2], size))
        bare_seconds, bare_window = observed(people, lambda: bare(people, size))
    what = f"{size // MB} MB, everybody {rate} upwards"
    three = f"{seconds:.1f} s; **{seconds / single:.2f}** times; its source sent {sent / size:.2f} files"
    bare_three = f"a chain of three: {bare_seconds:.1f} s, {bare_seconds / bare_single:.2f} times"
    return [
        [f"{what}: to one", f"{single:.1f} s ({size * 8 / MB / single:.1f} Mbit/s)", f"{bare_single:.1f} s", ""],
        [MEANWHILE, f"**{alone}**; without {before}", f"{bare_alone}", LIMITS],
        [f"{what}: to three", three, bare_three, "<= 1.4 times"],
        [MEANWHILE, f"**{window}**; without {before}", f"{bare_window}", LIMITS],
    ]


def thin(directory: Path, here: paths.Ground, flags: Sequence[str], *, quick: bool) -> list[list[str]]:
    return several(directory, here, flags, quick=quick, rate=THIN)


def chatted(*, quick: bool) -> list[list[str]]:
    with deployments.ours(2, pages=True) as deployment, sync_playwright() as playwright:
        browser = launch(playwright)
        origins = [f"http://127.0.0.1:{port}" for port in deployment.ports]
        rows = chat.rows(browser, origins, deployment.rooms(1)[0], quick=quick)
        browser.close()
        return rows


def measured(names: Sequence[str], *, quick: bool) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        static = deploying.collect_static(directory)
        camera.voice(directory / "voice.wav")
        flags = [f"--use-file-for-fake-audio-capture={directory / 'voice.wav'}"]
        rows = [[what, figure, "", wanted] for what, figure, wanted in chatted(quick=quick)] if "chat" in names else []
        with deploying.database(directory) as database:
            if "one" in names:
                with deploying.deployed(directory, database=database, static=static) as deployed:
                    rows += one(directory, deployed.origins, flags, quick=quick)
            for name, part in (("cut", cut), ("several", several), ("thin", thin)):
                if name in names:
                    with paths.ground(directory, database, static, {}, runs=2, clients=CLIENTS) as here:
                        rows += part(directory, here, flags, quick=quick)
        return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.data", description="What chat and files cost, and what they do to a meeting."
    )
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, []], help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="small files, to see that it works")
    options = parser.parse_args()
    names = options.parts or (PARTS[:2] if why_not() else PARTS)
    about = machine.describe(("daphne", "playwright"), [machine.program(program(), "--version"), "two workers"])
    table = results.table(HEAD, measured(names, quick=options.quick))
    if options.parts or options.quick:
        print(results.section("Data", about, table))
    else:
        results.append("Data", about, table)


if __name__ == "__main__":
    main()
