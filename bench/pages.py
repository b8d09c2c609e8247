"""``make bench-pages``: the home page of somebody with 500 recurring meetings, the dashboard, and the API's list of rooms, beside
pages and an answer that show nothing.

Twenty requests are in flight, ten at each of two workers, each on a connection that stays open, with the cookie of a login or
with a token of its own: the requests of a token are limited. The next request follows at once. The pages take turns. Then live
pages are open at one worker (``bench.live_pages``).

``ARGS="--quick"`` takes less time, ``ARGS="--only admin"`` takes the pages with these words in their names.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

from bench import deployments as _deployments  # noqa: F401 - sets Django up
from bench import live_pages, live_rooms, machine, results
from tests.browser import deployment as deploying
from tests.browser.servers import Server
from tests.stores import program, running_postgresql

ROOT = Path(__file__).parents[1]
MEETINGS, ROOMS = 500, 10
FLYING = 20
#: Rooms that the API lists, 50 a page.
LISTED = 10_000
#: What live pages show, and the address of each.
LIVE = {
    "dashboards": ["/admin/dashboard/events/"] * live_pages.PAGES,
    "pages of rooms": [f"/admin/rooms/room/{ROOMS + 1 + number}/live/events/" for number in range(live_pages.PAGES)],
}
#: Their names, the address of each, and who asks for it.
Pages = dict[str, tuple[str, str]]
PAGES: Pages = {
    "an empty page (`/join`)": ("/join", "none"),
    "home page, nothing scheduled": ("/", "none"),
    "home page, month": ("/", "many"),
    "home page, week": ("/?view=week", "many"),
    "home page, list": ("/?view=list", "many"),
    "what begins soon (`/soon`)": ("/soon", "many"),
    "an empty page of the admin": ("/admin/password_change/", "staff0"),
    "dashboard of the admin, 200 rooms, 1,000 people": ("/admin/dashboard/", "staff0"),
    "an empty list of the API (`/api/v1/rooms`)": ("/api/v1/rooms", "token of none"),
    "50 of 10,000 rooms by the API": ("/api/v1/rooms", "token of all"),
}
#: Make two people: one with nothing, one with meetings each week for as long as dates are planned, about a hundred a working day.
#: Say the header that lets them in, how many dates there are, and how many queries each page takes.
FILL = f"""
import json, sys
from datetime import time, timedelta
import django
django.setup()
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from accounts.models import User
from api import tokens
from api.scopes import Scope
from rooms.actors import actor
from rooms.models import Membership, Room
from schedule import commands, recurrence
from schedule.models import Occurrence
from schedule.recurrence import Recurrence
headers, clients = {{}}, {{}}
def sign_in(name, user):
    clients[name] = Client(headers={{"host": sys.argv[1]}})
    clients[name].force_login(user)
    headers[name] = ["Cookie: login=" + clients[name].cookies[settings.SESSION_COOKIE_NAME].value]
def give_tokens(name, user, by):
    life = timedelta(days=1)
    secrets = [tokens.issue(name, [Scope.ROOMS_READ], life, user=user, created_by=by)[1] for _ in range({FLYING})]
    clients[name] = Client(headers={{"host": sys.argv[1], "authorization": "Bearer " + secrets[0]}})
    headers[name] = ["Authorization: Bearer " + secret for secret in secrets]
for name in ("none", "many"):
    user = User.objects.create_user(f"{{name}}@example.org", "secret", display_name=name, time_zone="Europe/Berlin")
    sign_in(name, user)
    give_tokens(f"token of {{name}}", user, user)
monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
for number in range({ROOMS}):
    room = Room.objects.create(name=f"Room {{number}}")
    Membership.objects.create(room=room, user=user, role="owner" if number % 2 else "host")
    for lesson in range({MEETINGS // ROOMS}):
        day = monday + timedelta(days=lesson % 5)
        weekly = recurrence.write(Recurrence("weekly", days=(recurrence.DAYS[day.weekday()],)), day, "Europe/Berlin")
        begins = time(8 + number % 10, 15 * (lesson % 4))
        fields = commands.Fields(f"Lesson {{lesson}}", "", day, begins, 45, "Europe/Berlin", weekly)
        commands.schedule(room, actor(user, "owner"), fields)
for number in range({live_pages.PEOPLE}):
    name = f"staff{{number}}"
    sign_in(name, User.objects.create_superuser(f"{{name}}@example.org", "secret", display_name=name))
give_tokens("token of all", None, user)
Room.objects.bulk_create(Room(name=f"Course {{number}}") for number in range({LISTED - ROOMS}))
queries = {{}}
for address, who in json.loads(sys.argv[2]):
    with CaptureQueriesContext(connection) as captured:
        assert clients[who].get(address).status_code == 200
    queries[f"{{who}} {{address}}"] = len(captured)
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
print(json.dumps([headers, Occurrence.objects.count(), queries]))
"""


class Plan(NamedTuple):
    """So many rounds of so many requests for each page, and so many seconds with live pages."""

    title: str
    rounds: int
    requests: int
    watching: int


FULL, QUICK = Plan("Pages", 5, 400, 60), Plan("Pages (quick)", 2, 100, 20)
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def fill(variables: dict[str, str], host: str) -> Any:
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=variables, check=True)
    command = [sys.executable, "-c", FILL, host, json.dumps(list(PAGES.values()))]
    return json.loads(subprocess.run(command, cwd=ROOT, env=variables, check=True, stdout=subprocess.PIPE, text=True).stdout)


async def visitor(port: int, path: str, header: str, count: int) -> tuple[list[float], int]:
    """Ask for a page so often, one request after the other. The seconds that each took, and the bytes of the last body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", header, "Accept-Encoding: gzip", "", "")
    request, times, length = "\r\n".join(lines).encode(), [], 0
    for _ in range(count):
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        found = LENGTH.search(head)
        assert head.startswith(b"HTTP/1.1 200 ") and found, head
        length = int(found[1])
        await reader.readexactly(length)
        times.append(time.perf_counter() - began)
    writer.close()
    await writer.wait_closed()
    return times, length


async def ask(ports: Sequence[int], path: str, headers: Sequence[str], count: int) -> tuple[list[float], float, int]:
    """Times of so many requests, of which ``FLYING`` are in flight; requests a second; bytes of a body."""
    began = time.perf_counter()
    each = count // FLYING
    found = await asyncio.gather(
        *(visitor(ports[number % len(ports)], path, headers[number % len(headers)], each) for number in range(FLYING))
    )
    seconds = time.perf_counter() - began
    return [one for times, _ in found for one in times], each * FLYING / seconds, found[0][1]


@contextmanager
def deployed(directory: Path, workers: int) -> Iterator[tuple[Sequence[Server], Any]]:
    """Workers on PostgreSQL and Redis, and what ``FILL`` says."""
    static = deploying.collect_static(directory)
    with running_postgresql() as store:
        variables = {"DATABASE_URL": store.url}
        with deploying.deployed(directory, database=directory, static=static, workers=workers, variables=variables) as running:
            ports = [worker.port for worker in running.workers]
            environment = deploying._environment(directory, directory, static, ports) | variables
            with live_rooms.telling(running.redis.url, ROOMS + 1):
                yield running.workers, fill({**os.environ, **environment}, f"127.0.0.1:{ports[0]}")


class Measured:
    """What was measured of one page."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.rates: list[float] = []
        self.size = 0

    @property
    def cells(self) -> list[str]:
        return [
            f"{self.size / 1000:.1f} kB",
            f"{median(self.times) * 1000:.0f} ms",
            f"**{quantiles(self.times, n=20)[-1] * 1000:.0f} ms**",
            f"{max(self.times) * 1000:.0f} ms",
            f"{median(self.rates):.0f}",
        ]


def measure(ports: Sequence[int], headers: Mapping[str, Sequence[str]], pages: Pages, plan: Plan) -> dict[str, Measured]:
    """The pages by their names, which take turns."""
    found = {what: Measured() for what in pages}
    for number in range(plan.rounds + 1):
        for what, (path, who) in pages.items():
            times, rate, found[what].size = asyncio.run(ask(ports, path, headers[who], plan.requests))
            if number:  # the first round warms up
                found[what].times += times
                found[what].rates.append(rate)
    return found


def watch(workers: Sequence[Server], people: Sequence[str], seconds: float) -> list[list[str]]:
    """A row for each kind of live page."""
    costs = {what: live_pages.measure(workers, people, addresses, seconds) for what, addresses in LIVE.items()}
    return [
        [f"{live_pages.PAGES} {what}", f"**{cost.watched:.1%}**", f"{cost.empty:.1%}", f"{cost.pictures:.2f}"]
        for what, cost in costs.items()
    ]


def write(about: str, plan: Plan, dates: int, rows: list[list[str]], live: list[list[str]]) -> None:
    results.append(
        plan.title,
        about,
        f"{FLYING} requests in flight at two workers on this machine, which also runs PostgreSQL, Redis and the load. One person "
        f"belongs to {ROOMS} rooms with {MEETINGS} meetings that recur every week, {dates} dates; another has nothing. "
        f"{plan.rounds} rounds of {plan.requests} requests for each page, in turns.",
        results.table(("", "queries", "compressed", "median", "95 %", "longest", "pages a second"), rows),
        f"Then live pages of {live_pages.PEOPLE} people are open at one of the workers: dashboards, which change every two "
        f"seconds, and pages of as many rooms with {live_rooms.PEOPLE} people each, in which nothing changes. {plan.watching} s "
        "each way.",
        results.table(("live pages", "of a processor", "while none is open", "pictures a second for each page"), live),
    )


def arguments() -> tuple[Pages, Plan]:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    return {what: page for what, page in PAGES.items() if asked.only in what}, QUICK if asked.quick else FULL


def main() -> None:
    pages, plan = arguments()
    about = machine.describe(("Django", "daphne", "psycopg"), [machine.program(program("postgres"), "--version")])
    with tempfile.TemporaryDirectory() as directory, deployed(Path(directory), 2) as (workers, (headers, dates, queries)):
        found = measure([worker.port for worker in workers], headers, pages, plan)
        people = [headers[f"staff{number}"][0] for number in range(live_pages.PEOPLE)]
        live = watch(workers, people, plan.watching)
    rows = [[what, str(queries[f"{who} {path}"]), *found[what].cells] for what, (path, who) in pages.items()]
    write(about, plan, dates, rows, live)


if __name__ == "__main__":
    main()
