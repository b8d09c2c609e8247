"""``make fuzz``: 200,000 frames at two workers, then a tenth as many into each thing that a page receives on."""

from __future__ import annotations

import argparse
import os
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random, SystemRandom

import django
from playwright.sync_api import sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
django.setup()

from signaling.protocol import Message  # noqa: E402 - the rest needs Django to be set up
from tests.browser import deployment as deploying  # noqa: E402
from tests.browser.chromium import launch  # noqa: E402
from tests.browser.deployment import Deployment  # noqa: E402
from tests.browser.person import Person  # noqa: E402
from tests.fuzz import page, server  # noqa: E402
from tests.fuzz.corpus import frames  # noqa: E402
from tests.fuzz.shapes import messages  # noqa: E402

OF_EACH_TYPE = 200
ROOMS = 40
GENEROUS = {"HANDSHAKES_PER_ADDRESS": "100000", "CONNECTIONS_PER_ADDRESS": "100000"}


def main() -> None:
    arguments = parser().parse_args()
    print(f"--seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        directory = Path(name)
        database = stack.enter_context(deploying.database(directory))
        static = deploying.collect_static(directory)
        running = stack.enter_context(deploying.deployed(directory, database=database, static=static, variables=GENEROUS))
        at_the_server(running, arguments.frames, arguments.seed)
        at_the_page(running, arguments.frames // 10, arguments.seed)


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    options.add_argument("--frames", type=int, default=200_000)
    options.add_argument("--seed", type=int, default=SystemRandom().randrange(2**32), help="what was printed, to repeat a run")
    return options


def at_the_server(running: Deployment, wanted: int, seed: int) -> None:
    hosts = [deploying.user(f"Host {number}") for number in range(ROOMS // 4)]
    rooms = [
        deploying.room(owner=hosts[number % len(hosts)], capacity=50, locked=number % 5 == 1).slug for number in range(ROOMS)
    ]
    quiet = [deploying.room().slug for _ in range(3)]
    scene = server.Scene(running, rooms, [deploying.login(host) for host in hosts], quiet)
    chance = Random(seed)
    count = server.attack(scene, frames(chance, messages(Message, OF_EACH_TYPE, seed)), wanted, chance)
    p99 = count.delays[int(len(count.delays) * 0.99)] * 1000
    print(f"server: {count.sent} frames on {count.sockets} sockets in {count.seconds:.0f} s; {count.tracebacks} errors logged")
    print(f"of those who talked, {count.closed} were closed; p99 {p99:.0f} ms of {len(count.delays)} signals", flush=True)


def at_the_page(running: Deployment, wanted: int, seed: int) -> None:
    slug = deploying.room().slug
    with sync_playwright() as playwright, closing(launch(playwright)) as browser:
        alice = Person("Alice", browser, running.origins[0], deploying.login(deploying.user("Alice")))
        bob = Person("Bob", browser, running.origins[-1])
        page.meet(slug, alice, bob)
        given = page.into_channels(alice, wanted, seed)
        given["socket"] = page.into_socket(alice, bob, wanted, seed, lambda: alice.join(slug))
        errors, reports = alice.errors + bob.errors, alice.reports + bob.reports
    print(f"page: {given}; {len(errors)} uncaught errors, {len(reports)} reports of the policy", *errors, *reports, sep="\n")


if __name__ == "__main__":
    main()
