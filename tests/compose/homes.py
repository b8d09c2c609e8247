"""The networks of three people: a namespace each, and between them the machine of the deployment."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from tests.browser.chromium import FLAGS, program
from tests.chaos.network import ip
from tests.compose.engine import DOMAIN, OUT, PUBLIC, RELAY_DOMAIN, SECOND

#: For a relay Chromium asks multicast DNS, and nothing else, about names that end in `.local`; and it adds a final dot.
NAMES = f"--host-resolver-rules=MAP {DOMAIN}* {PUBLIC}, MAP {RELAY_DOMAIN}* {SECOND}"
ADDRESSES = {"alice": ["198.51.100.1"], "bob": ["198.51.100.65", "198.51.100.66"], "carol": ["198.51.100.129"]}
"""One for each network interface."""


def settle(home: str) -> None:
    """Make the home, once."""
    ip("netns", "add", home)
    # To a browser, an address that appears seconds later is a change of network.
    subprocess.run(["ip", "netns", "exec", home, "sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6"], check=True)
    ip("-n", home, "link", "set", "lo", "up")
    for number, address in enumerate(ADDRESSES[home]):
        _connect(home, f"{home}{number}", f"eth{number}", address, table=str(number + 1))
    ip("-n", home, "route", "add", "default", "via", PUBLIC, "dev", "eth0", "src", ADDRESSES[home][0], "onlink")


def _connect(home: str, outer: str, inner: str, address: str, table: str) -> None:
    """What is sent from this address leaves by its interface."""
    ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", home)
    ip("address", "add", f"{PUBLIC}/32", "dev", outer)
    ip("link", "set", outer, "up")
    ip("route", "add", f"{address}/32", "dev", outer, "src", PUBLIC)
    ip("-n", home, "link", "set", inner, "up")
    ip("-n", home, "address", "add", f"{address}/32", "dev", inner)
    ip("-n", home, "route", "add", "default", "via", PUBLIC, "dev", inner, "src", address, "onlink", "table", table)
    ip("-n", home, "rule", "add", "from", address, "table", table)


def only_https(home: str) -> None:
    """Add a firewall that lets nothing out but TCP to port 443."""
    for rule in ("-o lo -j ACCEPT", "-p tcp --dport 443 -j ACCEPT", "-j DROP"):
        subprocess.run(["ip", "netns", "exec", home, "iptables", "-A", "OUTPUT", *rule.split()], check=True)


@contextmanager
def browsing(playwright: Playwright, home: str) -> Iterator[Browser]:
    """A Chromium in this network. It accepts untrusted certificates, also those of TURN over TLS."""
    settle(home)
    script: Path = OUT / f"chromium-{home}"
    script.write_text(f'#!/bin/sh\nexec ip netns exec {home} {program()} "$@"\n')
    script.chmod(0o755)
    browser = playwright.chromium.launch(executable_path=script, args=[*FLAGS, "--ignore-certificate-errors", NAMES])
    yield browser
    browser.close()
