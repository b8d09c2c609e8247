"""``make bench-invitations``: a host pastes a list of a thousand addresses into the page of a meeting that recurs. The mails are
sent to a real SMTP server while the process that sends them is killed twice.

The request goes to a real server. Beside it stands the page of the same form without addresses, to which the server answers
with an error beside the field: what it takes to answer at all.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from bench import machine, results
from bench.mail import KILLS, MAILS, ROOT, Sink, ask, installed, listening, send
from tests.redis_server import free_port, running_redis
from tests.stores import program, running_postgresql

PATIENCE_SECONDS = 60.0
#: A host, a room and a meeting; prints the path of the page on which people are invited.
SCENE = """
import datetime as dt
import django
django.setup()
from django.utils import timezone
from accounts.models import User
from rooms import commands as rooms
from rooms.actors import actor
from schedule import commands
from schedule.commands import Fields
alice = User.objects.create_superuser("alice@example.org", "open sesame", display_name="Alice")
room = rooms.make(alice)
day = timezone.now().date() + dt.timedelta(days=3)
fields = Fields("Lesson", "Fractions. " * 40, day, dt.time(10), 60, "Europe/Berlin", "FREQ=DAILY;COUNT=100")
print(commands.schedule(room, actor(alice, "owner"), fields).get_absolute_url() + "/invitees")
"""


@dataclass
class Host:
    """Alice's browser: her cookies, and forms with their tokens."""

    base: str

    def __post_init__(self) -> None:
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        with self._opener.open(self.base + path) as answer:
            return str(answer.read().decode())

    def post(self, path: str, token: str, refused: bool = False, **data: str) -> float:
        """How many seconds the answer takes, with the page to which it leads. Raises AssertionError if it is ``refused`` and
        should not be, or the other way round.
        """
        body = urlencode({"csrfmiddlewaretoken": token, **data}).encode()
        began = time.perf_counter()
        try:
            with self._opener.open(self.base + path, body) as answer:
                answer.read()
                status = answer.status
        except HTTPError as error:
            with error:
                error.read()
                status = error.code
        assert (status == 422) is refused, status
        return time.perf_counter() - began


def token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None, "the page has no form"
    return found[1]


def invite(variables: dict[str, str], path: str) -> tuple[float, float]:
    """The seconds of a form with an error, and of the one with all addresses."""
    process = subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=ROOT, env=variables, stdout=subprocess.DEVNULL)
    host = Host(f"http://127.0.0.1:{variables['PORT']}")
    try:
        until_it_answers(host)
        page = host.get("/accounts/login/")
        host.post("/accounts/login/", token(page), login="alice@example.org", password="open sesame")
        form = token(host.get(path))
        empty = min(host.post(path, form, refused=True) for _ in range(5))
        return empty, host.post(path, form, addresses="\n".join(f"Person {n} <{n}@example.org>" for n in range(MAILS)))
    finally:
        process.terminate()
        process.wait()


def until_it_answers(host: Host) -> None:
    patience = time.perf_counter() + PATIENCE_SECONDS
    while True:
        try:
            host.get("/accounts/login/")
            return
        except OSError:
            if time.perf_counter() > patience:
                raise
            time.sleep(0.1)


def measure(database: str, redis: str, directory: Path) -> list[str]:
    sink = Sink()
    with listening(sink) as port:
        # With Redis, jobs have processes of their own: the server sends none of these mails.
        variables = installed(database, directory, port, REDIS_URL=redis, PORT=str(free_port()))
        empty, all_of_them = invite(variables, ask(SCENE, variables))
        seconds = send(variables, sink, KILLS, "schedule.mail")
    return [
        f"{empty * 1000:.0f} ms",
        f"**{all_of_them:.2f} s**",
        f"{seconds:.1f} s",
        f"**{MAILS / seconds:.0f}**",
        str(sink.different),
        str(len(sink.came) - sink.different),
    ]


def main() -> None:
    about = machine.describe(("Django", "icalendar", "aiosmtpd"), [machine.program(program("postgres"), "--version")])
    rows = []
    with tempfile.TemporaryDirectory() as directory, running_redis() as redis:
        path = Path(directory)
        rows.append(["SQLite", *measure(f"sqlite:///{path}/conference.sqlite3", redis.url, path)])
    # Counters of invitations are in Redis.
    with tempfile.TemporaryDirectory() as directory, running_redis() as redis, running_postgresql() as server:
        rows.append(["PostgreSQL", *measure(server.url, redis.url, Path(directory))])
    head = ("", "form with an error", f"form with {MAILS}", "sent, from the start of the first process", "mails a second")
    results.append(
        "Invitations",
        about,
        f"A host pastes {MAILS} addresses into the page of a meeting with 100 dates. *Form*: from the request to the whole page "
        "that follows. Then one process (`manage.py run_jobs`) sends the mails, with text, HTML and calendar, to aiosmtpd on "
        f"this machine. It is killed (SIGKILL) after {KILLS[0]} and after {KILLS[1]} mails; the next one starts at once. "
        "*Copies* have come when the queue is empty.",
        results.table((*head, "different mails", "copies"), rows),
    )


if __name__ == "__main__":
    main()
