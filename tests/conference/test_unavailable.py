from __future__ import annotations

import logging
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client, override_settings

from accounts.models import User
from rooms.views import home
from tests.rooms.scenes import make_room

NOWHERE = {"default": {"BACKEND": "conference.counters.SharedCounters", "LOCATION": "redis://127.0.0.1:1/0"}}


def test_a_page_that_needs_redis_says_when_to_come_back(client: Client, db: None, caplog: pytest.LogCaptureFixture) -> None:
    """A code that nobody has is counted, and there is nobody to count."""
    with override_settings(CACHES=NOWHERE):
        answer = client.get("/abc-defg-hij")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert b"Calls that are running go on" in answer.content
    assert [record.exc_info for record in caplog.records if record.levelno == logging.ERROR] == [None, None]


def test_a_page_that_needs_the_database_says_when_to_come_back(alices: Client) -> None:
    with patch.object(home, "render", side_effect=OperationalError):
        answer = alices.get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_a_page_that_needs_the_roster_says_when_to_come_back(alices: Client, alice: User) -> None:
    room = make_room(alice)
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0", EMBEDDED=False):
        answer = alices.post(f"/{room.slug}/role", {"id": "bob", "role": "host"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_what_breaks_outside_of_a_view_is_no_other(client: Client, db: None) -> None:
    client.raise_request_exception = False
    with patch("django.contrib.sessions.middleware.SessionMiddleware.process_response", side_effect=OperationalError):
        answer = client.get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_programs_are_answered_with_problem_details(client: Client, db: None) -> None:
    client.raise_request_exception = False
    for error, status, kind in ((OperationalError, 503, "unavailable"), (ZeroDivisionError, 500, "fault")):
        with patch("django.contrib.sessions.middleware.SessionMiddleware.process_response", side_effect=error):
            answer = client.get("/api/v1/rooms")
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
        assert answer.json()["type"] == f"/api/v1/reference#problem-{kind}"


def test_a_fault_of_ours_is_none_of_this(client: Client, db: None) -> None:
    client.raise_request_exception = False
    with patch("django.contrib.sessions.middleware.SessionMiddleware.process_response", side_effect=ZeroDivisionError):
        assert client.get("/").status_code == 500
