"""``make bench-reminders``: ten thousand people are reminded in the same minute, over a real SMTP server.

The meetings begin an hour after a moment that is a little ahead, and everybody who is invited is reminded an hour before. The
processes that do the jobs start before that moment, plan, and send when it has come. A mail is late by the time from that moment
until the mail server has it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from bench import machine, results
from bench.mail import ROOT, Sink, ask, installed, listening
from tests.stores import program, running_postgresql

PEOPLE = 10_000
MEETINGS = 20
#: From the making of the meetings until the reminders are due. The processes start and plan meanwhile.
AHEAD_SECONDS = 60
PATIENCE_SECONDS = 300.0
#: Make the meetings and the invited. Prints when the reminders are due, in seconds since 1970.
MAKE = f"""
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from rooms.models import Room
from schedule.models import Invitee, Occurrence, ScheduledMeeting
due = timezone.now() + timedelta(seconds={AHEAD_SECONDS})
starts = due + timedelta(hours=1)
for number in range({MEETINGS}):
    room = Room.objects.create(name="Class")
    meeting = ScheduledMeeting.objects.create(
        room=room, title=f"Lesson {{number}}", date=starts.date(), begins=starts.time(), minutes=45, zone="UTC"
    )
    Occurrence.objects.create(
        scheduled=meeting, original_at=starts, starts_at=starts, ends_at=starts + timedelta(minutes=45)
    )
    Invitee.objects.bulk_create(
        Invitee(scheduled=meeting, email=f"{{number}}.{{one}}@example.org") for one in range({PEOPLE // MEETINGS})
    )
print(due.timestamp())
"""


@dataclass
class TimedSink(Sink):
    """Notes when each mail came."""

    times: list[float] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        self.times.append(time.time())
        return answer


@contextmanager
def running(count: int, variables: dict[str, str]) -> Iterator[None]:
    """So many processes that do jobs."""
    command = [sys.executable, "manage.py", "run_jobs"]
    processes = [subprocess.Popen(command, cwd=ROOT, env=variables) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def measure(database: str, directory: Path, processes: int) -> list[str]:
    sink = TimedSink()
    with listening(sink) as port:
        variables = installed(database, directory, port)
        due = float(ask(MAKE, variables))
        with running(processes, variables):
            until(sink, due + PATIENCE_SECONDS)
    late = sorted(at - due for at in sink.times)
    return [
        str(processes),
        f"{late[0]:.1f} s",
        f"{late[len(late) // 2]:.1f} s",
        f"**{late[-1]:.1f} s**",
        f"{PEOPLE / late[-1]:.0f}",
        str(sink.different),
        str(len(sink.came) - sink.different),
    ]


def until(sink: Sink, end: float) -> None:
    """Until all mails have come. Raises TimeoutError."""
    while sink.different < PEOPLE:
        if time.time() > end:
            raise TimeoutError(f"{sink.different} of {PEOPLE} mails have come")
        time.sleep(0.1)


def main() -> None:
    about = machine.describe(("Django", "aiosmtpd"), [machine.program(program("postgres"), "--version")])
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        rows.append(["SQLite", *measure(f"sqlite:///{directory}/conference.sqlite3", Path(directory), 1)])
    for processes in (1, 2):
        with tempfile.TemporaryDirectory() as directory, running_postgresql() as server:
            rows.append(["PostgreSQL", *measure(server.url, Path(directory), processes)])
    head = ("", "processes", "first mail late by", "half of them", "the last", "mails a second", "different mails", "copies")
    results.append(
        "Reminders",
        about,
        f"{PEOPLE} people who are invited to {MEETINGS} meetings, all to be reminded at the same moment, by `manage.py run_jobs` "
        "over aiosmtpd on this machine. A mail is late by the time from that moment until the mail server has it.",
        results.table(head, rows),
    )


if __name__ == "__main__":
    main()
