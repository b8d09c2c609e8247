from __future__ import annotations

from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.test import Client, override_settings

from conference import health
from signaling import live
from signaling.roster.memory import MemoryRoster
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


def test_ready_without_redis(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    with override_settings(CACHES=nowhere):
        assert health._cache_answers() is False


def test_ready_until_the_worker_drains(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = new_worker(MemoryRoster(Clock()), None)
    monkeypatch.setattr(live._Process, "worker", worker)
    assert client.get("/health/ready").status_code == 200
    worker.draining = True
    response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (503, {"database": True, "cache": True, "worker": False})
    assert client.get("/health/live").status_code == 200
