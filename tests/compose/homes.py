"""Where two people live: a network namespace each, and between them the machine of the deployment, which has one address."""

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
ADDRESSES = {"alice": "198.51.100.1", "bob": "198.51.100.65", "carol": "198.51.100.129"}


def settle(home: str) -> None:
    """Make the home, once."""
    ip("netns", "add", home)
    # An address that comes by itself, seconds later, is a change of network to a browser.
    subprocess.run(["ip", "netns", "exec", home, "sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6"], check=True)
    ip("link", "add", home, "type", "veth", "peer", "name", "eth0", "netns", home)
    ip("address", "add", f"{PUBLIC}/32", "dev", home)
    ip("link", "set", home, "up")
    ip("route", "add", f"{ADDRESSES[home]}/32", "dev", home, "src", PUBLIC)
    ip("-n", home, "link", "set", "lo", "up")
    ip("-n", home, "link", "set", "eth0", "up")
    ip("-n", home, "address", "add", f"{ADDRESSES[home]}/32", "dev", "eth0")
    ip("-n", home, "route", "add", PUBLIC, "dev", "eth0", "src", ADDRESSES[home])
    ip("-n", home, "route", "add", "default", "via", PUBLIC, "dev", "eth0", "src", ADDRESSES[home])


def only_https(home: str) -> None:
    """From now on a firewall lets nothing out but TCP to port 443."""
    for rule in ("-o lo -j ACCEPT", "-p tcp --dport 443 -j ACCEPT", "-j DROP"):
        subprocess.run(["ip", "netns", "exec", home, "iptables", "-A", "OUTPUT", *rule.split()], check=True)


@contextmanager
def browsing(playwright: Playwright, home: str) -> Iterator[Browser]:
    """A Chromium at home. It takes certificates that nobody else vouches for, those of TURN over TLS too."""
    settle(home)
    script: Path = OUT / f"chromium-{home}"
    script.write_text(f'#!/bin/sh\nexec ip netns exec {home} {program()} "$@"\n')
    script.chmod(0o755)
    browser = playwright.chromium.launch(executable_path=script, args=[*FLAGS, "--ignore-certificate-errors", NAMES])
    yield browser
    browser.close()
