"""A real coturn with deploy/turnserver.conf, asked to talk to every kind of address that is not somebody's browser out there.

Nothing is sent to any of them: a relay refuses an address when it is asked for a permission
(RFC 8656, sections 9 and 11) or a channel (section 12).
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from signaling import ice
from tests.browser.servers import Server, deployed_coturn
from tests.turn import Allocation, allocated

SECRET = "shared with coturn"
FORBIDDEN = 403

DENIED = {
    "this host": ["0.0.0.0", "0.255.255.255", "::"],
    "loopback, where the other services may listen": ["127.0.0.1", "127.255.255.255", "::1"],
    "private networks": ["10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255"],
    "between a provider and its customers": ["100.64.0.1", "100.127.255.255"],
    "the machines beside it, and what a cloud tells its own": ["169.254.0.1", "169.254.169.254", "fe80::1", "febf::1", "fec0::1"],
    "protocols": ["192.0.0.1", "192.0.0.255", "198.18.0.1", "198.19.255.255", "100::1", "2001::1", "2001:1ff::1"],
    "many at once": ["224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1", "ff0e::1"],
    "nobody yet": ["240.0.0.1"],
    "private networks of IPv6": ["fc00::1", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fd12:3456:789a::1"],
    "IPv4 inside IPv6": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::10.0.0.1", "::192.168.0.0"],
    "through a gateway into IPv4": ["64:ff9b::10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:a00:1::1", "2002:c0a8:1::"],
}
OUT_THERE = ["203.0.113.7", "198.51.100.9", "11.0.0.1", "172.32.0.1", "2001:db8::7", "2600::1"]


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with deployed_coturn(tmp_path_factory.mktemp("coturn"), SECRET) as server:
        yield server


@pytest.fixture(scope="module", params=[4, 6], ids=["IPv4", "IPv6"])
def family(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def allocation(relay: Server, family: int) -> Iterator[Allocation]:
    [lent] = ice.servers([], ["turn:127.0.0.1"], SECRET, "mallory", "7", 600, time.time())
    with allocated(relay.port, str(lent["username"]), str(lent["credential"]), family) as held:
        yield held


def of(family: int, addresses: list[str]) -> list[str]:
    return [address for address in addresses if (":" in address) == (family == 6)]


@pytest.mark.parametrize("what", DENIED)
def test_mallory_gets_no_way_in(allocation: Allocation, family: int, what: str) -> None:
    answers = {address: (allocation.permit(address), allocation.bind(address)) for address in of(family, DENIED[what])}
    assert set(answers.values()) <= {(FORBIDDEN, FORBIDDEN)}, answers


def test_whoever_is_out_there_is_reached(allocation: Allocation, family: int) -> None:
    answers = {address: (allocation.permit(address), allocation.bind(address)) for address in of(family, OUT_THERE)}
    assert len(answers) > 1 and set(answers.values()) == {(0, 0)}, answers
