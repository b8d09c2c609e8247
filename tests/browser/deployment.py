"""The product as it is deployed: workers, one database, one Redis. Each is a real process, on the loopback."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.models import User
from conference.database import SQLITE_OPTIONS
from rooms.models import Attendance, Membership, Room
from tests.browser.servers import Server, daphne
from tests.redis_server import RedisServer, free_port, running_redis

ROOT = Path(__file__).parents[2]
ALIAS = "deployment"

#: The directory that the processes of a test run share (``tests/conftest.py``); None elsewhere.
shared: Path | None = None


@dataclass(frozen=True)
class Deployment:
    """``workers`` share their state: all give the same answers."""

    workers: Sequence[Server]
    redis: RedisServer

    @property
    def origins(self) -> list[str]:
        return [worker.origin for worker in self.workers]


@contextmanager
def database(directory: Path) -> Iterator[Path]:
    """A migrated SQLite file, which :mod:`tests.browser.deployment` writes to and the workers share."""
    path = directory / "conference.sqlite3"
    path.write_bytes(migrated())
    with _connected(path):
        yield path


@cache
def migrated() -> bytes:
    """A migrated SQLite file in which there is nothing yet."""
    if shared is not None:
        return once(shared / "migrated.sqlite3", _migrate).read_bytes()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "conference.sqlite3"
        _migrate(path)
        return path.read_bytes()


def _migrate(path: Path) -> None:
    with _connected(path):
        call_command("migrate", database=ALIAS, verbosity=0)


def once(path: Path, make: Callable[[Path], object]) -> Path:
    """A file or directory that is made by whichever process asks for it first. If ``make`` raises, the next one makes it."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            with tempfile.TemporaryDirectory(dir=path.parent) as directory:
                make(part := Path(directory) / path.name)
                part.rename(path)
    return path


@contextmanager
def _connected(path: Path) -> Iterator[None]:
    """``ALIAS`` is this SQLite file. Afterwards all that was written is in the file itself."""
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": SQLITE_OPTIONS}
    connections.settings[ALIAS] = {**connections.settings["default"], **sqlite}
    try:
        yield
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


def collect_static(directory: Path) -> Path:
    """The static files as they are served: hashed names, compressed."""
    root = directory / "static"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "conference.settings", "STATIC_ROOT": str(root)}
    command = [sys.executable, str(ROOT / "manage.py"), "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, env={**environment, "VAR_DIR": str(directory)}, check=True)
    return root


@contextmanager
def deployed(
    directory: Path,
    *,
    database: Path,
    static: Path,
    workers: int = 2,
    variables: Mapping[str, str] | None = None,
    ports: Sequence[int] = (),
    application: str = "conference.asgi:application",
) -> Iterator[Deployment]:
    """Workers that share a database and a Redis of their own."""
    with ExitStack() as stack:
        redis = stack.enter_context(running_redis())
        ports = ports or [free_port() for _ in range(workers)]
        environment = _environment(directory, database, static, ports) | {"REDIS_URL": redis.url, **(variables or {})}
        servers = [
            stack.enter_context(daphne(application, port, directory / f"worker-{number}.log", environment))
            for number, port in enumerate(ports)
        ]
        for server in servers:
            server.wait()
        yield Deployment(servers, redis)


@contextmanager
def embedded(directory: Path, *, database: Path, static: Path, variables: Mapping[str, str] | None = None) -> Iterator[Server]:
    """One server without a Redis."""
    port = free_port()
    environment = _environment(directory, database, static, [port]) | {"REDIS_URL": "", **(variables or {})}
    with daphne("conference.asgi:application", port, directory / "worker.log", environment) as server:
        server.wait()
        yield server


def _environment(directory: Path, database: Path, static: Path, ports: Sequence[int]) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "conference.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "ORIGINS": ",".join(f"http://127.0.0.1:{port}" for port in ports),
        "DATABASE_URL": f"sqlite:///{database}",
        "METRICS_TOKEN": settings.METRICS_TOKEN,
        "STATIC_ROOT": str(static),
        "VAR_DIR": str(directory),
    }


def user(name: str, **fields: Any) -> User:
    """Somebody with an account."""
    one = User(email=f"{name.lower()}-{timezone.now().timestamp()}@example.org", display_name=name, **fields)
    one.set_unusable_password()
    one.save(using=ALIAS)
    return one


def room(
    name: str = "Standup", *, owner: User | None = None, members: Sequence[User] = (), passcode: str = "", **fields: Any
) -> Room:
    """A room in which nobody has been yet."""
    hasher = PBKDF2PasswordHasher()
    secret = hasher.encode(passcode, hasher.salt()) if passcode else ""
    one = Room(name=name, passcode=secret, **fields)
    one.save(using=ALIAS)
    if owner:
        Membership(room=one, user=owner, role=Membership.Role.OWNER).save(using=ALIAS)
    for member in members:
        Membership(room=one, user=member, role=Membership.Role.MEMBER).save(using=ALIAS)
    return one


def visits(slug: str) -> dict[str, str]:
    """Who was in the room, and why they left ("" while they are there)."""
    stays = Attendance.objects.using(ALIAS).filter(meeting__room__slug=slug)
    return {stay.name: stay.reason for stay in stays}


def login(person: User) -> str:
    """The session cookie of somebody who has signed in."""
    return _kept(
        {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
            "login": get_random_string(16),
        }
    )


def visitor(guest: str) -> str:
    """The session cookie of a guest who has been on a room's page."""
    return _kept({"guest": guest})


def _kept(data: dict[str, str]) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    key = get_random_string(32, VALID_KEY_CHARS)
    expires = timezone.now() + timedelta(hours=6)
    Session(session_key=key, session_data=store.encode(data), expire_date=expires).save(using=ALIAS)
    return key
