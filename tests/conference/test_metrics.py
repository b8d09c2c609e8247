from __future__ import annotations

import pytest
from django.test import Client, override_settings

from signaling import live
from signaling.roster.memory import MemoryRoster
from tests.signaling.stage import Clock, new_worker


@pytest.fixture(autouse=True)
def _worker(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(live._Process, "worker", new_worker(MemoryRoster(Clock()), None))


def test_this_machine_may_know(client: Client) -> None:
    response = client.get("/metrics")
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert "conference_sockets 0\n" in response.content.decode()


@pytest.mark.parametrize("address", ["192.0.2.7", "::ffff:192.0.2.7", "", "nonsense"])
def test_another_machine_may_not(client: Client, address: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 404


@pytest.mark.parametrize("name", ["x-forwarded-for", "x-real-ip", "forwarded", "via"])
def test_a_proxy_on_this_machine_may_not(client: Client, name: str) -> None:
    assert client.get("/metrics", headers={name: "127.0.0.1"}).status_code == 404


def test_a_proxy_with_a_header_of_its_own_may_not(client: Client) -> None:
    with override_settings(CLIENT_IP_HEADER="CF-Connecting-IP"):
        assert client.get("/metrics", headers={"cf-connecting-ip": "127.0.0.1"}).status_code == 404


def test_with_a_token_whoever_bears_it(client: Client) -> None:
    with override_settings(METRICS_TOKEN="hush"):
        for wrong in ("", "hush", "Bearer hus", "Bearer hush "):
            assert client.get("/metrics", headers={"authorization": wrong}).status_code == 404
        right = {"authorization": "Bearer hush", "x-forwarded-for": "192.0.2.7"}
        assert client.get("/metrics", headers=right, REMOTE_ADDR="192.0.2.7").status_code == 200
