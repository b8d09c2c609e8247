"""``manage.py run_jobs``: real processes, which are killed, on SQLite and on a PostgreSQL that is stopped meanwhile."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dj_database_url
import pytest
import pytest_django
from django.conf import settings
from django.db import connections

from jobs.models import Job
from tests.browser import deployment as deploying
from tests.browser.person import eventually
from tests.mail_server import Hanging, mail_server
from tests.stores import PostgreSQL, running_postgresql

ROOT = Path(__file__).parents[2]
ALIAS = deploying.ALIAS
SECONDS = 90.0


def environment(directory: Path, database: str, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "conference.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": database,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}?starttls=no",
        "VAR_DIR": str(directory),
    }


@contextmanager
def runner(variables: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that does jobs. It is killed in the end, unless it has ended before."""
    process = subprocess.Popen([sys.executable, "manage.py", "run_jobs"], cwd=ROOT, env=variables)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def put(variables: dict[str, str], count: int = 1) -> None:
    """Put mails into the queue, as a page does."""
    program = (
        "import django; django.setup()\n"
        "from accounts import outbox\n"
        f"for number in range({count}): outbox.put(f'{{number}}@example.org', 'Hello', 'text')\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=variables, check=True)


def left() -> int:
    return Job.objects.using(ALIAS).filter(kind="accounts.mail").exclude(status="done").count()


def recipients(got: list[str]) -> list[int]:
    return sorted(int(number) for mail in got for number in re.findall(r"^To: (\d+)@", mail, re.MULTILINE))


def is_empty(got: list[str]) -> Callable[[], bool]:
    return lambda: bool(got) and left() == 0


def test_a_mail_whose_process_is_killed_is_sent_by_the_next(
    tmp_path: Path, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    hanging = Hanging()
    with django_db_blocker.unblock(), deploying.database(tmp_path) as database:
        with mail_server(hanging=hanging) as (port, taken):
            variables = environment(tmp_path, f"sqlite:///{database}", port)
            put(variables)
            with runner(variables) as process:
                assert hanging.reached.wait(SECONDS)
                process.kill()
                process.wait()
        assert left() == 1
        with mail_server() as (port, got), runner(environment(tmp_path, f"sqlite:///{database}", port)):
            eventually(is_empty(got), seconds=SECONDS, what="the mail sent")
    assert recipients(got) == [0]
    first, second = (re.findall(r"^Message-ID: (\S+)", mails[0], re.MULTILINE) for mails in (taken, got))
    assert first == second


def test_a_server_that_nobody_visits_sends_what_was_left(
    tmp_path: Path, static: Path, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), deploying.database(tmp_path) as database, mail_server() as (port, got):
        variables = environment(tmp_path, f"sqlite:///{database}", port)
        put(variables)
        with deploying.embedded(tmp_path, database=database, static=static, variables=variables):
            eventually(is_empty(got), seconds=SECONDS, what="the mail sent")
    assert recipients(got) == [0]


def test_a_process_that_is_told_to_end_sends_what_it_has_begun(
    tmp_path: Path, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    hanging = Hanging()
    with django_db_blocker.unblock(), deploying.database(tmp_path) as database, mail_server(hanging=hanging) as (port, got):
        variables = environment(tmp_path, f"sqlite:///{database}", port)
        put(variables)
        with runner(variables) as process:
            assert hanging.reached.wait(SECONDS)
            process.send_signal(signal.SIGTERM)
            hanging.released.set()
            assert process.wait(SECONDS) == 0
        assert left() == 0
    assert recipients(got) == [0]


@pytest.fixture
def postgresql(cluster: Path, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[PostgreSQL]:
    """An empty database of ours, to which ``ALIAS`` is connected."""
    with running_postgresql(cluster=cluster) as server, django_db_blocker.unblock():
        connections.settings[ALIAS] = {**connections.settings["default"], "OPTIONS": {}, **dj_database_url.parse(server.url)}
        try:
            yield server
        finally:
            connections[ALIAS].close()
            del connections[ALIAS]
            del connections.settings[ALIAS]


def test_two_processes_send_each_mail_once(tmp_path: Path, postgresql: PostgreSQL) -> None:
    with mail_server() as (port, got):
        variables = environment(tmp_path, postgresql.url, port)
        put(variables, 30)
        with runner(variables), runner(variables):
            eventually(is_empty(got), seconds=SECONDS, what="all mails sent")
    assert recipients(got) == list(range(30))


def test_a_database_that_stops_while_mails_are_sent_makes_no_second_one(tmp_path: Path, postgresql: PostgreSQL) -> None:
    hanging = Hanging()
    with mail_server(hanging=hanging) as (port, got):
        variables = environment(tmp_path, postgresql.url, port)
        put(variables, 12)
        with runner(variables):
            assert hanging.reached.wait(SECONDS)
            postgresql.stop()
            connections[ALIAS].close()
            hanging.released.set()
            postgresql.start()
            eventually(is_empty(got), seconds=SECONDS, what="all mails sent")
    assert recipients(got) == list(range(12))
