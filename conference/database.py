"""The connections of a worker to the database: their number and their timeouts."""

from __future__ import annotations

from typing import Any, Final

from django.db import connections

#: Threads of a worker that use the database beside those of pages: three look up who joins (``signaling.worker``), one each
#: writes history, answers ``/health/ready`` and renders live pages (``accounts.streams``), and three do jobs where the server is
#: embedded (``jobs.runner``).
BESIDE: Final = 9

#: PostgreSQL's timeouts in milliseconds: a statement, waiting for a lock, an idle transaction.
BOUNDS: Final = {
    "statement_timeout": 20_000,
    "lock_timeout": 10_000,
    "idle_in_transaction_session_timeout": 30_000,
}

SQLITE_OPTIONS: Final = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
}


def options(most: int) -> dict[str, Any]:
    """Django's ``OPTIONS`` for a PostgreSQL, to which this process has at most so many connections."""
    return {
        "connect_timeout": 5,
        "options": " ".join(f"-c {name}={value}" for name, value in BOUNDS.items()),
        # There is a connection for every thread, so a thread waits for one only while the database is away.
        "pool": {"min_size": 1, "max_size": most, "timeout": 6, "name": "conference"},
    }


def unbind(using: str, **_: object) -> None:
    """A receiver of ``pre_migrate``: no time limit for statements of a migration. The limit on waiting for a lock stays."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET idle_in_transaction_session_timeout = 0")
