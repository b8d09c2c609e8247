"""The address of a handshake, which limits are counted by."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from rooms import sockets

PROXY = ("10.0.0.1", 50_000)


def scope(*headers: tuple[str, str], client: tuple[str, int] | None = PROXY) -> dict[str, object]:
    return {"headers": [(name.encode(), value.encode()) for name, value in headers], "client": client}


def test_without_a_proxy_the_connection_says_the_address_and_headers_do_not() -> None:
    assert sockets.address(scope(("x-real-ip", "192.0.2.7"))) == "10.0.0.1"


@pytest.mark.parametrize(
    ("sent", "address"),
    [(["192.0.2.7"], "192.0.2.7"), (["::ffff:192.0.2.7"], "192.0.2.7"), ([], "10.0.0.1"), ([""], "10.0.0.1")],
)
def test_behind_a_proxy_its_header_says_it(settings: Settings, sent: list[str], address: str) -> None:
    settings.CLIENT_IP_HEADER = "X-Real-IP"
    assert sockets.address(scope(*[("x-real-ip", value) for value in sent])) == address


def test_a_header_that_was_sent_twice_does_not_count(settings: Settings) -> None:
    settings.CLIENT_IP_HEADER = "X-Real-IP"
    assert sockets.address(scope(("x-real-ip", "192.0.2.7"), ("x-real-ip", "192.0.2.8"))) == "10.0.0.1"


def test_a_socket_without_an_address_has_none() -> None:
    assert sockets.address(scope(client=None)) == ""
