from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from accounts import networks


@pytest.mark.parametrize(
    ("client", "client_prefix", "region"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("", "", ""),
    ],
)
def test_client_prefixes_and_regions(client: str, client_prefix: str, region: str) -> None:
    assert networks.client_prefix(client) == client_prefix
    assert networks.region(client) == region


@pytest.mark.parametrize(
    ("socket", "address"),
    [("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:DB8::1", "2001:db8::1"), ("", ""), ("nonsense", "")],
)
def test_the_address_of_the_socket(socket: str, address: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=socket, headers={"X-Real-IP": "203.0.113.9"})
    assert networks.address(request) == address


def test_the_address_that_the_proxy_says(settings: Settings) -> None:
    settings.CLIENT_IP_HEADER = "X-Real-IP"
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", headers={"X-Real-IP": "203.0.113.9"})
    assert networks.address(request) == "203.0.113.9"
