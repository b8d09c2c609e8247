"""``make fuzz``: 200,000 frames at two workers, then a twentieth as many into what a page receives on, in 25 minutes.

Exits with 1 if something was logged as an error, was not caught, broke the policy, or came too late to those who behave.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random, SystemRandom
from statistics import quantiles
from typing import Any

import django
from playwright.sync_api import sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
django.setup()

from signaling.protocol.facts import Refused  # noqa: E402
from signaling.protocol.frames import parse  # noqa: E402
from signaling.protocol.messages import Message  # noqa: E402
from tests.browser import deployment as deploying  # noqa: E402
from tests.browser.chromium import launch  # noqa: E402
from tests.browser.deployment import Deployment  # noqa: E402
from tests.browser.person import Person  # noqa: E402
from tests.fuzz import page, server  # noqa: E402
from tests.fuzz.corpus import frames  # noqa: E402
from tests.fuzz.shapes import messages  # noqa: E402

OF_EACH_TYPE = 200
ROOMS = 40
#: Of the delays of those who behave, in ms.
WANTED_P99 = 100
GENEROUS = {"HANDSHAKES_PER_ADDRESS": "100000", "CONNECTIONS_PER_ADDRESS": "100000"}


def main() -> None:
    arguments = parser().parse_args()
    print(f"--seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        directory = Path(name)
        database = stack.enter_context(deploying.database(directory))
        static = deploying.collect_static(directory)
        running = stack.enter_context(deploying.deployed(directory, database=database, static=static, variables=GENEROUS))
        kept = at_the_server(running, arguments.frames, arguments.seed)
        clean = at_the_page(running, arguments.frames // 20, arguments.seed)
    sys.exit(0 if kept and clean else 1)


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    options.add_argument("--frames", type=int, default=200_000)
    options.add_argument("--seed", type=int, default=SystemRandom().randrange(2**32), help="what was printed, to repeat a run")
    return options


def at_the_server(running: Deployment, wanted: int, seed: int) -> bool:
    """Whether all that is wanted of the server was so."""
    hosts = [deploying.user(f"Host {number}") for number in range(ROOMS // 4)]
    rooms = [
        deploying.room(owner=hosts[number % len(hosts)], capacity=50, locked=number % 5 == 1).slug for number in range(ROOMS)
    ]
    quiet = [deploying.room().slug for _ in range(3)]
    scene = server.Scene(running, rooms, [deploying.login(host) for host in hosts], quiet)
    chance = Random(seed)
    # Those that are taken reach more than what is refused at once, and their sockets are not closed.
    taken = [message for message in messages(Message, OF_EACH_TYPE, seed) if is_taken(message)]
    count = server.attack(scene, frames(chance, taken), wanted, chance)
    talked = count.talked
    print(f"server: {count.sent} frames on {count.sockets} sockets in {count.seconds:.0f} s; {count.tracebacks} errors logged")
    print(f"those who talked, alone: {delays(talked.alone)}; meanwhile: {delays(talked.meanwhile)}")
    print(f"{talked.missing} of their signals did not arrive, {talked.closed} of their sockets were closed", flush=True)
    in_time = p99(talked.meanwhile) <= WANTED_P99
    return count.sent >= wanted and in_time and not (count.tracebacks or talked.missing or talked.closed)


def is_taken(message: dict[str, Any]) -> bool:
    return not any(isinstance(one, Refused) for one in parse(json.dumps([message])))


def p99(seconds: Sequence[float]) -> float:
    """In ms."""
    return quantiles(seconds, n=100)[98] * 1000


def delays(seconds: Sequence[float]) -> str:
    middle, most = quantiles(seconds, n=2)[0] * 1000, max(seconds) * 1000
    return f"p50 {middle:.0f}, p99 {p99(seconds):.0f}, longest {most:.0f} ms of {len(seconds)} signals"


def at_the_page(running: Deployment, wanted: int, seed: int) -> bool:
    """Whether nothing went wrong in the page. An equal share of the frames goes into each thing that it receives on."""
    began = time.monotonic()
    slug, share = deploying.room().slug, wanted // (len(page.CHANNELS) + 1)
    with sync_playwright() as playwright, closing(launch(playwright)) as browser:
        alice = Person("Alice", browser, running.origins[0], deploying.login(deploying.user("Alice")))
        bob = Person("Bob", browser, running.origins[-1])
        page.meet(slug, alice, bob)
        given = page.into_channels(alice, share, seed)
        given["socket"] = page.into_socket(alice, bob, slug, share, seed)
        errors, reports = alice.errors + bob.errors, alice.reports + bob.reports
    print(
        f"page: {given} in {time.monotonic() - began:.0f} s; {len(errors)} uncaught errors, {len(reports)} reports of the policy"
    )
    print(*errors, *reports, sep="\n")
    return not (errors or reports)


if __name__ == "__main__":
    main()
