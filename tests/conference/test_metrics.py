from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone

from jobs.models import Job
from signaling import process
from signaling.roster.memory import MemoryRoster
from tests.signaling.stage import Clock, new_worker


@pytest.fixture(autouse=True)
def _worker(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(process._Process, "worker", new_worker(MemoryRoster(Clock()), None))


def test_whoever_sends_the_token_may_know(client: Client) -> None:
    with override_settings(METRICS_TOKEN="hush"):
        right = {"authorization": "Bearer hush", "x-forwarded-for": "192.0.2.7"}
        response = client.get("/metrics", headers=right, REMOTE_ADDR="192.0.2.7")
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert "conference_sockets 0\n" in response.content.decode()


def test_jobs_that_wait_or_failed_are_counted(client: Client) -> None:
    Job.objects.create(kind="wave", due_at=timezone.now() - timedelta(minutes=2))
    Job.objects.create(kind="wave", status="given_up")
    with override_settings(METRICS_TOKEN="hush"):
        said = client.get("/metrics", headers={"authorization": "Bearer hush"}).content.decode()
    assert re.search(r"^conference_jobs_overdue_seconds 1[12]\d\.\d$", said, re.MULTILINE)
    assert "conference_jobs_failed 1\n" in said


@pytest.mark.parametrize("sent", ["", "hush", "Bearer", "Bearer ", "Bearer hus", "Bearer hush ", "Bearer h\u00fcsh"])
def test_nobody_else_may_know(client: Client, sent: str) -> None:
    with override_settings(METRICS_TOKEN="hush"):
        assert client.get("/metrics", headers={"authorization": sent}).status_code == 404


def test_this_machine_needs_the_token_too(client: Client) -> None:
    """A request through a proxy on this machine looks the same."""
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 404
    kept = (settings.VAR_DIR / "metrics_token").read_text()
    assert len(kept) > 40
    assert client.get("/metrics", headers={"authorization": f"Bearer {kept}"}).status_code == 200
