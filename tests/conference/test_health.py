from __future__ import annotations

from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.test import Client, override_settings

from conference import health


def test_live_says_so_to_anybody(client: Client) -> None:
    with override_settings(SECURE_SSL_REDIRECT=True, ALLOWED_HOSTS=["meet.example.org"]):
        response = client.get("/health/live", headers={"host": "10.0.0.7:8000"})
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


def test_ready_asks_the_stores(client: Client, db: None) -> None:
    response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (200, {"database": True, "cache": True})


def test_ready_names_the_store_that_is_gone(client: Client, db: None) -> None:
    with patch.object(connection, "cursor", side_effect=OperationalError):
        response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (503, {"database": False, "cache": True})


def test_ready_without_redis(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    with override_settings(CACHES=nowhere):
        assert health._cache_answers() is False
