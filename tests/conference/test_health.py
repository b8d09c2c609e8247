from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings

from signaling import process
from signaling.roster.memory import MemoryRoster
from tests.redis_server import running_redis
from tests.signaling.stage import Clock, new_worker


def test_live_says_so_to_anybody(client: Client) -> None:
    with override_settings(SECURE_SSL_REDIRECT=True, ALLOWED_HOSTS=["meet.example.org"]):
        response = client.get("/health/live", headers={"host": "10.0.0.7:8000"})
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


def test_ready_asks_the_stores(client: Client, db: None) -> None:
    response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (200, {"database": True, "cache": True, "worker": True})


def test_ready_names_the_store_that_is_gone(client: Client, db: None) -> None:
    with patch.object(connection, "cursor", side_effect=OperationalError):
        response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (503, {"database": False, "cache": True, "worker": True})


@contextmanager
def unwritable(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A database that cannot be written to, such as a replica of PostgreSQL or a read-only file of SQLite."""
    off, on = ("PRAGMA query_only = 1", "PRAGMA query_only = 0")
    if connection.vendor == "postgresql":
        off, on = ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off")
    with connection.cursor() as cursor:
        cursor.execute(off)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(on)


def test_a_database_that_answers_and_takes_no_rows_is_not_ready(client: Client, transactional_db: None) -> None:
    with unwritable(connection):
        response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (503, {"database": False, "cache": True, "worker": True})


def test_a_database_without_the_latest_tables_is_not_ready(client: Client, db: None) -> None:
    MigrationRecorder.Migration.objects.filter(app="rooms").order_by("-pk")[0].delete()
    assert client.get("/health/ready").json()["database"] is False


def test_a_probe_leaves_no_row(client: Client, db: None) -> None:
    assert client.get("/health/ready").status_code == 200
    assert Session.objects.count() == 0


def with_redis(url: str) -> override_settings:
    return override_settings(CACHES={"default": {"BACKEND": "conference.counters.SharedCounters", "LOCATION": url}})


def test_ready_without_redis(client: Client, db: None) -> None:
    with with_redis("redis://127.0.0.1:1/0"):
        assert client.get("/health/ready").json()["cache"] is False


def test_a_redis_that_is_full_is_not_ready(client: Client, db: None) -> None:
    with running_redis() as server, with_redis(server.url):
        assert client.get("/health/ready").status_code == 200
        server.command("CONFIG", "SET", "maxmemory", "1")
        response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (503, {"database": True, "cache": False, "worker": True})


def test_ready_until_the_worker_drains(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = new_worker(MemoryRoster(Clock()), None)
    monkeypatch.setattr(process._Process, "worker", worker)
    assert client.get("/health/ready").status_code == 200
    worker.draining = True
    response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (503, {"database": True, "cache": True, "worker": False})
    assert client.get("/health/live").status_code == 200
