"""A TURN client (RFC 8656) that has an allocation, and makes requests that a browser would not make."""

from __future__ import annotations

import hashlib
import secrets
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

from conference import turn

CREATE_PERMISSION, CHANNEL_BIND = 0x0008, 0x0009
CHANNEL, PEER, FAMILY, STALE = 0x000C, 0x0012, 0x0017, 438
STARTED_SECONDS = 30.0
FAMILIES = {4: b"\x01\0\0\0", 6: b"\x02\0\0\0"}


class Allocation:
    """One relayed address, by whatever ``username`` and ``password`` were good when it was made."""

    def __init__(self, connection: socket.socket, username: str, password: str) -> None:
        self._connection = connection
        self._username = username
        self._password = password
        self._realm = self._nonce = b""
        self._channel = 0x4000

    def allocate(self, family: int = 4) -> int:
        """0, or the error code."""
        return self._ask(turn.ALLOCATE, {turn.TRANSPORT: turn.UDP, FAMILY: FAMILIES[family]})

    def refresh(self) -> int:
        return self._ask(turn.REFRESH, {turn.LIFETIME: struct.pack("!I", 600)})

    def permit(self, address: str) -> int:
        """Ask for packets to and from this address (section 9). Nothing is sent to it."""
        return self._ask(CREATE_PERMISSION, {}, address)

    def bind(self, address: str) -> int:
        """Ask for a channel to it (section 12)."""
        self._channel += 1
        return self._ask(CHANNEL_BIND, {CHANNEL: struct.pack("!HH", self._channel, 0)}, address)

    def _ask(self, kind: int, attributes: turn.Attributes, address: str = "") -> int:
        code = self._try(kind, attributes, address)
        # The first answer brings realm and nonce, and nonces get old.
        return self._try(kind, attributes, address) if code in {turn.UNAUTHORIZED, STALE} else code

    def _try(self, kind: int, attributes: turn.Attributes, address: str) -> int:
        transaction = secrets.token_bytes(12)
        attributes = {**attributes, PEER: peer(address, transaction)} if address else attributes
        answer = self._exchange(turn.encode(kind, transaction, {**attributes, **self._signed}, self._key))
        answered, found = turn.decode(answer, transaction)
        self._realm, self._nonce = found.get(turn.REALM, self._realm), found.get(turn.NONCE, self._nonce)
        error = found.get(turn.ERROR, b"")
        assert answered in {kind | turn.SUCCESS, kind | turn.FAILURE}
        return error[2] * 100 + error[3] if answered == kind | turn.FAILURE else 0

    def _exchange(self, request: bytes) -> bytes:
        """A server that has just started may listen on TCP before it does on UDP."""
        deadline = time.monotonic() + STARTED_SECONDS
        while True:
            try:
                self._connection.send(request)
                return self._connection.recv(2048)
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, "nobody listens"
                time.sleep(0.05)

    @property
    def _signed(self) -> turn.Attributes:
        if not self._nonce:
            return {}
        return {turn.USERNAME: self._username.encode(), turn.REALM: self._realm, turn.NONCE: self._nonce}

    @property
    def _key(self) -> bytes:
        parts = self._username.encode(), self._realm, self._password.encode()
        return hashlib.md5(b":".join(parts), usedforsecurity=False).digest() if self._nonce else b""


def peer(address: str, transaction: bytes, port: int = 40_000) -> bytes:
    """XOR-PEER-ADDRESS (RFC 8489, section 14.2)."""
    host = ip_address(address)
    mask = (struct.pack("!I", turn.COOKIE) + transaction)[: len(host.packed)]
    masked = bytes(left ^ right for left, right in zip(host.packed, mask, strict=True))
    return struct.pack("!HH", 1 if host.version == 4 else 2, port ^ (turn.COOKIE >> 16)) + masked


@contextmanager
def connected(port: int, host: str = "127.0.0.1") -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.settimeout(5)
        connection.connect((host, port))
        yield connection


@contextmanager
def allocated(port: int, username: str, password: str, family: int = 4, host: str = "127.0.0.1") -> Iterator[Allocation]:
    """An allocation on the relay at this port."""
    with connected(port, host) as connection:
        allocation = Allocation(connection, username, password)
        code = allocation.allocate(family)
        assert code == 0, code
        yield allocation
