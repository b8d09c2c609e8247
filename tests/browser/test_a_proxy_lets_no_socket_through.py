"""A proxy drops Upgrade, so that Alice's page loads and its socket never opens: the page says so, and joins when it can."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import deployment as deploying
from tests.browser.person import Person
from tests.browser.servers import Server
from tests.forwarder import forwarding
from tests.redis_server import free_port


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def server(port: int, tmp_path_factory: pytest.TempPathFactory, database: Path, static: Path) -> Iterator[Server]:
    variables = {"ORIGINS": f"http://127.0.0.1:{port}"}
    directory = tmp_path_factory.mktemp("proxied")
    with deploying.embedded(directory, database=database, static=static, variables=variables) as running:
        yield running


def test_the_page_says_what_does_not_get_through(chromium: Browser, port: int, server: Server) -> None:
    alice = Person("Alice", chromium, f"http://127.0.0.1:{port}", deploying.login(deploying.user("Alice")))
    line = alice.page.locator("[data-part=line]")
    try:
        with forwarding(port, server.port, drops={"upgrade", "connection"}):
            alice.arrive(deploying.room().slug)
            alice.ask_to_join()
            expect(line).to_contain_text("WebSocket connections do not get through")
            expect(line).to_be_visible()
        with forwarding(port, server.port):
            expect(alice.controls).to_be_visible()
            expect(line).to_be_hidden()
        assert not alice.errors and not alice.reports
    finally:
        alice.context.close()
