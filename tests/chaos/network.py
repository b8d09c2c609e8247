"""A small network of namespaces: one for the server in the middle, and one for each of two to four people. What they send to
each other is routed through the middle, where it can be dropped without an error to anybody.

Needs Linux, root and ``ip``. Addresses are those of documentation (RFC 5737), which coturn may relay to.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal

Client = Literal["alice", "bob", "carol", "dave"]

SERVER: Final = "203.0.113.1"
CORE: Final = "core"
SUBNETS: Final[dict[Client, int]] = {"alice": 0, "bob": 64, "carol": 128, "dave": 192}
CLIENTS: Final = tuple(SUBNETS)
TWO: Final[tuple[Client, ...]] = ("alice", "bob")
BITS: Final = 26
LAST: Final = 62
ADDRESSES: Final = 40
"""What a client may have; the rest of its subnet is the middle's."""
OURS: Final = re.compile(r"chaos(\d+)-\w+")
LISTENS: Final = "0A"
STARTED_SECONDS: Final = 120.0


def ip(*words: str) -> str:
    """Run it. Raises CalledProcessError with what it said."""
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


def why_not() -> str:
    """Why there can be no such network here; "" when there can."""
    if not shutil.which("ip"):
        return "ip is not installed (iproute2)"
    name = f"chaos{os.getpid()}-try"
    try:
        ip("netns", "add", name)
        ip("netns", "del", name)
    except subprocess.CalledProcessError as error:
        return f"no network namespaces here: {error.stderr.strip()} (root is needed)"
    return ""


class Network:
    """``network()`` makes and removes it. ``vanish`` and ``pass_again`` are about one direction between two clients."""

    def __init__(self, clients: Sequence[Client]) -> None:
        self._clients = clients
        self._addresses = {client: SUBNETS[client] + 2 for client in clients}

    # Life

    def open(self) -> None:
        for place in (CORE, *self._clients):
            ip("netns", "add", self._name(place))
            # To a browser, an address that appears seconds later is a change of network, at which it aborts its requests.
            self._set(place, "ipv6/conf/all/disable_ipv6")
            ip("-n", self._name(place), "link", "set", "lo", "up")
        ip("-n", self._name(CORE), "address", "add", f"{SERVER}/32", "dev", "lo")
        self._set(CORE, "ipv4/ip_forward")
        for client in self._clients:
            self._connect(client)

    def close(self) -> None:
        """Remove the network and end everything that runs in it."""
        for place in (CORE, *self._clients):
            _remove(self._name(place))

    # Namespaces

    def within(self, place: str, *command: str) -> list[str]:
        """The same command, in this namespace."""
        return ["ip", "netns", "exec", self._name(place), *command]

    def script(self, directory: Path, client: Client, program: str) -> Path:
        """The path of a script that runs ``program`` in this namespace."""
        path = directory / f"{self._name(client)}.sh"
        path.write_text(f'#!/bin/sh\nexec {" ".join(self.within(client, program))} "$@"\n')
        path.chmod(0o755)
        return path

    # Faults

    def vanish(self, source: Client, target: Client) -> None:
        """From now on nothing that ``source`` sends arrives at ``target``."""
        ip("-n", self._name(CORE), "rule", "add", *self._direction(source, target))

    def pass_again(self, source: Client, target: Client) -> None:
        ip("-n", self._name(CORE), "rule", "del", *self._direction(source, target))

    def cut(self) -> None:
        self.vanish("alice", "bob")
        self.vanish("bob", "alice")

    def mend(self) -> None:
        self.pass_again("alice", "bob")
        self.pass_again("bob", "alice")

    def unplug(self, client: Client) -> None:
        """Remove the client's address and routes."""
        ip("-n", self._name(client), "address", "flush", "dev", "eth0")

    def plug(self, client: Client) -> None:
        """Give the client a new address."""
        base = SUBNETS[client]
        self._addresses[client] = base + 2 + (self._addresses[client] - base - 1) % ADDRESSES
        self._address(client)

    def shape(self, place: str, device: str, rate: str, queue: str) -> None:
        """Limit what leaves by this device to a rate (``300kbit``) and a queue (``300ms``)."""
        words = ["qdisc", "replace", "dev", device, "root", "tbf", "rate", rate, "burst", "5kb", "latency", queue]
        subprocess.run(self.within(place, "tc", *words), check=True, capture_output=True)

    # How it is made

    def _set(self, place: str, name: str) -> None:
        subprocess.run(self.within(place, "sh", "-c", f"echo 1 >/proc/sys/net/{name}"), check=True, capture_output=True)

    def _connect(self, client: Client) -> None:
        core, name = self._name(CORE), self._name(client)
        ip("link", "add", client, "netns", core, "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("-n", core, "address", "add", f"{_address(SUBNETS[client] + LAST)}/{BITS}", "dev", client)
        ip("-n", core, "link", "set", client, "up")
        ip("-n", name, "link", "set", "eth0", "up")
        self._address(client)

    def _address(self, client: Client) -> None:
        name = self._name(client)
        ip("-n", name, "address", "add", f"{_address(self._addresses[client])}/{BITS}", "dev", "eth0")
        ip("-n", name, "route", "add", "default", "via", _address(SUBNETS[client] + LAST))

    def _direction(self, source: Client, target: Client) -> list[str]:
        """The route of one direction. A blackhole in a router is silent; in the sender's namespace it would be an error there."""
        preference = 100 + SUBNETS[source]
        return ["pref", str(preference), "from", _subnet(source), "to", _subnet(target), "blackhole"]

    def _name(self, place: str) -> str:
        return f"chaos{os.getpid()}-{place}"


@contextmanager
def network(clients: Sequence[Client] = TWO) -> Iterator[Network]:
    _sweep()
    one = Network(clients)
    try:
        one.open()
        yield one
    finally:
        one.close()


def wait_listening(pid: int, port: int, log: Path) -> None:
    """Wait until something listens on this TCP port in the process's namespace. Raises RuntimeError with its output if nothing
    does.
    """
    deadline = time.monotonic() + STARTED_SECONDS
    while not _listens(pid, port):
        if time.monotonic() > deadline or not Path(f"/proc/{pid}").exists():
            raise RuntimeError(f"nothing listens on {port}:\n{log.read_text(errors='replace')}")
        time.sleep(0.02)


def _listens(pid: int, port: int) -> bool:
    with suppress(OSError):
        lines = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
        return any(words[3] == LISTENS and int(words[1].split(":")[1], 16) == port for words in lines)
    return False


def _sweep() -> None:
    """Remove what a crashed run has left."""
    for name in ip("netns", "list").split():
        found = OURS.fullmatch(name)
        if found and not Path(f"/proc/{found[1]}").exists():
            _remove(name)


def _remove(name: str) -> None:
    with suppress(subprocess.CalledProcessError):
        for pid in ip("netns", "pids", name).split():
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        ip("netns", "del", name)


def _address(number: int) -> str:
    return f"198.51.100.{number}"


def _subnet(client: Client) -> str:
    return f"{_address(SUBNETS[client])}/{BITS}"
