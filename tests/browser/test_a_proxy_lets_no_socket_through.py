"""Alice's page loads and its socket never opens: the page says so, and joins when it can."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser import deployment as deploying
from tests.browser.person import Person
from tests.browser.servers import Server
from tests.forwarder import certificate, forwarding, serving_tls
from tests.redis_server import free_port

BARRED = "WebSocket connections do not get through"
MUTE = "but nothing arrives on it"
UNANSWERED = "The server does not answer"
Upgrading = Callable[[socket.socket, socket.socket], None]


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def server(port: int, tmp_path_factory: pytest.TempPathFactory, database: Path, static: Path) -> Iterator[Server]:
    variables = {"ORIGINS": f"http://127.0.0.1:{port},https://localhost:{port}"}
    directory = tmp_path_factory.mktemp("proxied")
    with deploying.embedded(directory, database=database, static=static, variables=variables) as running:
        yield running


@pytest.fixture
def alice(chromium: Browser, port: int) -> Iterator[Person]:
    with _alice(chromium, f"http://127.0.0.1:{port}") as person:
        yield person


@contextmanager
def _alice(chromium: Browser, origin: str) -> Iterator[Person]:
    cookie = deploying.login(deploying.user("Alice"))
    person = Person("Alice", chromium, origin, cookie, ignore_https_errors=True)
    try:
        yield person
        assert not person.errors
        assert not person.reports
    finally:
        person.close()


def line(alice: Person) -> Locator:
    return alice.page.locator("[data-part=line]")


def enters(alice: Person) -> None:
    expect(alice.controls).to_be_visible()
    expect(line(alice)).to_be_hidden()


def hang(browser: socket.socket, _server: socket.socket) -> None:
    """A firewall that keeps the connection, and lets nothing through."""
    browser.recv(1)


def swallow(browser: socket.socket, server: socket.socket) -> None:
    """A proxy that opens the socket and passes nothing on."""
    browser.sendall(server.recv(65_536))
    while browser.recv(65_536):
        pass


def refuse(status: str) -> Upgrading:
    def answer(browser: socket.socket, _server: socket.socket) -> None:
        browser.sendall(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())

    return answer


WAYS = {
    "hangs": (hang, BARRED),
    "swallows": (swallow, MUTE),
    "502": (refuse("502 Bad Gateway"), BARRED),
    "403": (refuse("403 Forbidden"), BARRED),
}


@pytest.mark.parametrize(("upgrading", "words"), WAYS.values(), ids=WAYS.keys())
def test_what_is_in_the_way_is_named(alice: Person, port: int, server: Server, upgrading: Upgrading, words: str) -> None:
    with forwarding(port, server.port, upgrading=upgrading):
        alice.arrive(deploying.room().slug, quiet=True)
        alice.ask_to_join()
        expect(line(alice)).to_contain_text(words)
        expect(line(alice)).to_be_visible()
    with forwarding(port, server.port):
        enters(alice)


def test_a_server_that_accepts_and_never_answers_is_named(alice: Person, port: int, server: Server) -> None:
    with forwarding(port, server.port, upgrading=hang):  # else the page keeps a socket that it opened ahead of time
        alice.arrive(deploying.room().slug, quiet=True)
    with socket.create_server(("127.0.0.1", port)):
        alice.ask_to_join()
        expect(line(alice)).to_contain_text(UNANSWERED)
        expect(line(alice)).to_be_visible()
    with forwarding(port, server.port):
        enters(alice)


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_a_proxy_drops_upgrade(chromium: Browser, port: int, server: Server, tmp_path: Path, secure: bool) -> None:
    tls = serving_tls(*certificate(tmp_path)) if secure else None
    sets = {"X-Forwarded-Proto": "https"} if secure else {}
    with _alice(chromium, f"https://localhost:{port}" if secure else f"http://127.0.0.1:{port}") as alice:
        with forwarding(port, server.port, drops={"upgrade", "connection"}, sets=sets, tls=tls):
            alice.arrive(deploying.room().slug, quiet=True)
            alice.ask_to_join()
            expect(line(alice)).to_contain_text(BARRED)
            expect(line(alice)).to_be_visible()
        with forwarding(port, server.port, sets=sets, tls=tls):
            enters(alice)
