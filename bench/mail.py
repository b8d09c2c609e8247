"""``make bench-mail``: a thousand mails are put into the queue and sent to a real SMTP server, while runners are killed.

The mails are put in one transaction, as a request does. Then a process does the jobs. It is killed (SIGKILL) twice, and each time
another one follows. A copy is a mail with the ``Message-ID`` of one before: its process was killed between the answer of the
mail server and the database.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench import machine, results
from tests.redis_server import free_port
from tests.stores import program, running_postgresql

ROOT = Path(__file__).parents[1]
MAILS = 1000
PATIENCE_SECONDS = 120.0
#: After so many mails the process is killed.
KILLS = (100, 250)
#: Put the mails, and say how long that took.
PUT = f"""
import time, django
django.setup()
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from accounts.models import Mail
Mail.objects.count()
text = "You are invited to a meeting. " * 40
began = time.perf_counter()
with transaction.atomic():
    get_connection().send_messages([EmailMessage("Invitation", text, to=[f"{{n}}@example.org"]) for n in range({MAILS})])
print(time.perf_counter() - began)
"""
#: How many mails are still in the queue.
LEFT = """
import django
django.setup()
from jobs import queue
from jobs.models import Job
print(Job.objects.filter(kind="{kind}", status__in=queue.OPEN).count())
"""


@dataclass
class Sink:
    """An SMTP server's handler, which notes the ``Message-ID`` of each mail."""

    came: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        head = envelope.content.partition(b"\r\n\r\n")[0].decode()
        identity = next(line for line in head.splitlines() if line.lower().startswith("message-id:"))
        self.came.append(identity)
        return "250 OK"

    @property
    def different(self) -> int:
        return len(set(self.came))


@contextmanager
def listening(sink: Sink) -> Iterator[int]:
    controller: Any = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def until(sink: Sink, count: int) -> None:
    """Until so many mails have come. Raises TimeoutError."""
    patience = time.perf_counter() + PATIENCE_SECONDS
    while sink.different < count:
        if time.perf_counter() > patience:
            raise TimeoutError(f"{sink.different} of {count} mails have come")
        time.sleep(0.005)


def send(variables: dict[str, str], sink: Sink, kills: Sequence[int], kind: str = "accounts.mail") -> float:
    """Do the jobs, and kill the process after so many mails. Returns the seconds from the first start until all have come.

    The last process goes on until the queue has no job of this ``kind``, so that every copy has come, too.
    """
    began = time.perf_counter()
    for count in (*kills, MAILS):
        process = subprocess.Popen([sys.executable, "manage.py", "run_jobs"], cwd=ROOT, env=variables)
        try:
            until(sink, count)
            seconds = time.perf_counter() - began
            while count == MAILS and ask(LEFT.format(kind=kind), variables) != "0":
                time.sleep(1)
        finally:
            process.kill()
            process.wait()
    return seconds


def ask(code: str, variables: dict[str, str]) -> str:
    """What a program prints."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=variables, check=True, capture_output=True, text=True).stdout.strip()


def installed(database: str, directory: Path, port: int, **others: str) -> dict[str, str]:
    """The environment of an installation with an empty database, which sends its mail to this port."""
    variables = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "conference.settings",
        "DATABASE_URL": database,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}?starttls=no",
        "VAR_DIR": str(directory),
        **others,
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=variables, check=True)
    return variables


def measure(database: str, directory: Path, kills: Sequence[int]) -> list[str]:
    sink = Sink()
    with listening(sink) as port:
        variables = installed(database, directory, port)
        put = ask(PUT, variables)
        seconds = send(variables, sink, kills)
    return [
        str(len(kills)),
        f"{float(put):.2f} s",
        f"{seconds:.1f} s",
        f"**{MAILS / seconds:.0f}**",
        str(sink.different),
        str(len(sink.came) - sink.different),
    ]


def main() -> None:
    about = machine.describe(("Django", "aiosmtpd"), [machine.program(program("postgres"), "--version")])
    rows = []
    for kills in ((), KILLS):
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory)
            rows.append(["SQLite", *measure(f"sqlite:///{path}/conference.sqlite3", path, kills)])
        with tempfile.TemporaryDirectory() as directory, running_postgresql() as server:
            rows.append(["PostgreSQL", *measure(server.url, Path(directory), kills)])
    head = ("", "killed", "put", "sent, from the start of the first process", "mails a second", "different mails", "copies")
    results.append(
        "Mail",
        about,
        f"{MAILS} mails of 1.2 kB, put in one transaction, then sent by one process (`manage.py run_jobs`) to aiosmtpd on this "
        f"machine. *Killed*: SIGKILL after {KILLS[0]} and after {KILLS[1]} mails; the next process starts at once. The times "
        "include the starts of processes. *Copies* have come when the queue is empty.",
        results.table(head, rows),
    )


if __name__ == "__main__":
    main()
