"""Mallory sends nonsense to fill the disk with log."""

from __future__ import annotations

import logging
from io import StringIO

import pytest
from django.test import Client

from conference.refusals import LimitRefusals
from tests.conference.test_redaction import log as log


@pytest.fixture
def mallory(db: None) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    return client


def test_a_form_with_too_many_fields_costs_one_line(log: StringIO, mallory: Client) -> None:
    for _ in range(20):
        assert mallory.post("/accounts/login/", {f"field{number}": "" for number in range(1001)}).status_code == 400
    assert len(log.getvalue().splitlines()) == 1
    assert len(log.getvalue()) < 400


def test_a_long_path_without_a_cookie_costs_a_short_line(log: StringIO, client: Client, db: None) -> None:
    for _ in range(20):
        assert Client(enforce_csrf_checks=True).post(f"/admin/rooms/room/{'x' * 4000}/change/").status_code == 403
    assert len(log.getvalue().splitlines()) == 1
    assert len(log.getvalue()) < 400


def test_a_minute_later_and_of_another_kind_there_is_a_line_again() -> None:
    times = iter([0.0, 0.0, 1.0, 2.0, 2.0, 60.0, 60.0])
    limit = LimitRefusals(lambda: next(times))

    def passes(name: str) -> bool:
        return bool(limit.filter(logging.makeLogRecord({"name": name, "msg": "Forbidden"})))

    assert [passes(name) for name in ("django.security.csrf", "django.security.csrf", "django.security.TooManyFieldsSent")] == [
        True,
        False,
        True,
    ]
    assert passes("django.security.csrf")


def test_what_the_server_itself_says_is_never_left_out() -> None:
    limit = LimitRefusals(lambda: 0.0)
    assert all(limit.filter(logging.makeLogRecord({"name": "conference.gate", "msg": "late"})) for _ in range(3))
