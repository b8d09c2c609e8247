from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.test import override_settings

PUBLIC = {
    "ORIGINS": ["https://meet.example.org"],
    "HTTPS": True,
    "CLIENT_IP_HEADER": "X-Real-IP",
    "TURN_URLS": ["turn:meet.example.org"],
    "TURN_SECRET": "secret",
    "EMAIL_URL": "smtp://mail.example.org",
    "REDIS_URL": "",
}


def found(**changes: Any) -> set[str]:
    sqlite = patch.dict(settings.DATABASES["default"], ENGINE="django.db.backends.sqlite3")
    with sqlite, override_settings(**{**PUBLIC, **changes}):
        messages = run_checks(include_deployment_checks=True)
    return {message.id for message in messages if message.id and message.id.startswith("conference.")}


def test_a_good_deployment() -> None:
    assert found() == set()


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"STUN_URLS": ["turn:a"]}, "conference.E001"),
        ({"TURN_URLS": ["https://a"]}, "conference.E001"),
        ({"TURN_SECRET": ""}, "conference.E002"),
        ({"TURN_URLS": [], "ICE_POLICY": "relay"}, "conference.E003"),
        ({"OIDC_CLIENT_SECRET": ""}, "conference.E004"),
        ({"ORIGINS": ["https://a", "http://b"], "HTTPS": False}, "conference.W001"),
        ({"HTTPS": False}, "conference.W002"),
        ({"CLIENT_IP_HEADER": ""}, "conference.W003"),
        ({"TURN_URLS": []}, "conference.W004"),
        ({"EMAIL_URL": ""}, "conference.W005"),
        ({"REDIS_URL": "redis://redis"}, "conference.W006"),
    ],
)
def test_a_mistake_is_found(changes: dict[str, Any], check: str) -> None:
    assert check in found(**changes)
