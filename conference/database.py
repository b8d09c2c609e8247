"""How many connections to the database a worker has, and how long it may wait there."""

from __future__ import annotations

from typing import Any, Final

from django.db import connections

#: Threads of a worker that use the database beside those of pages: eight look up who joins (``signaling.worker``), one each
#: writes history, delivers mail, cleans up and answers ``/health/ready``.
BESIDE: Final = 12

#: PostgreSQL gives up by itself, in milliseconds: a statement, waiting for a lock, a transaction in which nothing is asked.
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
    """``OPTIONS`` of Django for a PostgreSQL of which this process takes at most so many connections."""
    return {
        "connect_timeout": 5,
        "options": " ".join(f"-c {name}={value}" for name, value in BOUNDS.items()),
        # There is a connection for every thread: one waits for another's only when the database is away.
        "pool": {"min_size": 1, "max_size": most, "timeout": 6, "name": "conference"},
    }


def unbind(using: str, **_: object) -> None:
    """A receiver of ``pre_migrate``: a migration of a large table may take longer than a page. It does not wait for locks."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET idle_in_transaction_session_timeout = 0")
