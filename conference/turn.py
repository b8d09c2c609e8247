"""The part of STUN (RFC 8489) and TURN (RFC 8656) that is needed to test a server. Blocks."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Protocol

COOKIE: Final = 0x2112A442
HEADER: Final = struct.Struct("!HHI12s")
BINDING, ALLOCATE, REFRESH, CREATE_PERMISSION = 0x0001, 0x0003, 0x0004, 0x0008
SEND, DATA_INDICATION = 0x0016, 0x0017
SUCCESS, FAILURE = 0x0100, 0x0110
USERNAME, INTEGRITY, ERROR, LIFETIME, RELAYED = 0x0006, 0x0008, 0x0009, 0x000D, 0x0016
REALM, NONCE, TRANSPORT, MAPPED = 0x0014, 0x0015, 0x0019, 0x0020
PEER, DATA = 0x0012, 0x0013
UDP: Final = b"\x11\0\0\0"
UNAUTHORIZED: Final = 401
TRIES: Final = 3
TRY_SECONDS: Final = 1.0

Attributes = dict[int, bytes]


class Unhelpful(Exception):
    """The server did not answer, or refused; the message says which."""


@dataclass(frozen=True)
class Url:
    """``turn:host:port?transport=tcp`` and the like (RFC 7064, RFC 7065)."""

    scheme: str
    host: str
    port: int
    transport: str

    @classmethod
    def parse(cls, text: str) -> Url:
        """Raises ValueError."""
        scheme, _, rest = text.partition(":")
        place, _, query = rest.partition("?")
        host, _, port = place.rpartition(":") if not place.endswith("]") and ":" in place else (place, "", "")
        secure = scheme.endswith("s")
        transport = query.removeprefix("transport=") or ("tcp" if secure else "udp")
        if scheme not in {"stun", "stuns", "turn", "turns"} or not host or transport not in {"udp", "tcp"}:
            raise ValueError(f"{text!r} is no address of a STUN or TURN server")
        return cls(scheme, host.strip("[]"), int(port or (5349 if secure else 3478)), transport)

    @property
    def secure(self) -> bool:
        return self.scheme.endswith("s")


class Link(Protocol):
    def ask(self, request: bytes) -> bytes: ...
    def send(self, message: bytes) -> None: ...
    def receive(self) -> bytes: ...


def bind(url: Url) -> str:
    """Our address as a STUN server sees it. Raises Unhelpful."""
    with _link(url) as link:
        kind, attributes = _exchange(link, BINDING, {})
        if kind != BINDING | SUCCESS or MAPPED not in attributes:
            raise Unhelpful(_refusal(attributes))
        return _address(attributes[MAPPED])


class Allocation:
    """A relayed address for as long as its link is open (RFC 8656)."""

    def __init__(self, link: Link, username: str, password: str) -> None:
        """Raises Unhelpful when the server gives none."""
        self._link = link
        kind, attributes = _exchange(link, ALLOCATE, {TRANSPORT: UDP})
        if kind != ALLOCATE | FAILURE or _code(attributes) != UNAUTHORIZED:
            raise Unhelpful("it relays for anybody" if kind == ALLOCATE | SUCCESS else _refusal(attributes))
        realm, nonce = attributes.get(REALM, b""), attributes.get(NONCE, b"")
        self._key = hashlib.md5(b":".join((username.encode(), realm, password.encode())), usedforsecurity=False).digest()
        self._signed = {USERNAME: username.encode(), REALM: realm, NONCE: nonce}
        self._relayed = self._ask(ALLOCATE, {TRANSPORT: UDP})[RELAYED]

    @property
    def address(self) -> str:
        return _address(self._relayed)

    def permit(self, other: Allocation) -> None:
        """Permit packets of another allocation. Raises Unhelpful."""
        self._ask(CREATE_PERMISSION, {PEER: other._relayed})

    def send(self, other: Allocation, data: bytes) -> None:
        self._link.send(encode(SEND, secrets.token_bytes(12), {PEER: other._relayed, DATA: data}))

    def receive(self) -> bytes:
        """The next datagram that came to the relayed address. Raises TimeoutError."""
        message = self._link.receive()
        kind, attributes = decode(message, message[8:20])
        return attributes.get(DATA, b"") if kind == DATA_INDICATION else b""

    def give_back(self) -> None:
        """End the allocation. Without this it expires."""
        with suppress(Unhelpful):
            self._ask(REFRESH, {LIFETIME: bytes(4)})

    def _ask(self, kind: int, attributes: Attributes) -> Attributes:
        answered, found = _exchange(self._link, kind, {**attributes, **self._signed}, self._key)
        if answered != kind | SUCCESS:
            raise Unhelpful(_refusal(found))
        return found


def relay(url: Url, username: str, password: str) -> str:
    """Send a datagram from one allocation on a server to another, as two browsers do that both need the relay.

    Returns the relayed address of the first. Raises Unhelpful.
    """
    with _link(url) as one, _link(url) as two:
        near, far = Allocation(one, username, password), Allocation(two, username, password)
        try:
            _pass_through(near, far)
        except Unhelpful as error:
            raise Unhelpful(f"it gives the relayed address {near.address}, but from relay to relay {error}") from None
        finally:
            near.give_back()
            far.give_back()
        return near.address


def _pass_through(near: Allocation, far: Allocation) -> None:
    near.permit(far)
    far.permit(near)
    data = secrets.token_bytes(16)
    for _ in range(TRIES):
        near.send(far, data)
        try:
            if far.receive() == data:
                return
        except OSError:
            continue
    raise Unhelpful("nothing arrives")


# Messages


def encode(kind: int, transaction: bytes, attributes: Attributes, key: bytes = b"") -> bytes:
    """A request; with ``key`` it ends with MESSAGE-INTEGRITY (RFC 8489, section 14.5)."""
    body = b"".join(struct.pack("!HH", name, len(value)) + value + bytes(-len(value) % 4) for name, value in attributes.items())
    if not key:
        return HEADER.pack(kind, len(body), COOKIE, transaction) + body
    message = HEADER.pack(kind, len(body) + 24, COOKIE, transaction) + body
    return message + struct.pack("!HH", INTEGRITY, 20) + hmac.new(key, message, hashlib.sha1).digest()


def decode(message: bytes, transaction: bytes) -> tuple[int, Attributes]:
    """Kind and attributes of an answer to ``transaction``. Raises Unhelpful."""
    if len(message) < HEADER.size:
        raise Unhelpful("it answers, but not in STUN")
    kind, length, cookie, answered = HEADER.unpack_from(message)
    if (cookie, answered, length) != (COOKIE, transaction, len(message) - HEADER.size):
        raise Unhelpful("it answers, but not in STUN")
    attributes: Attributes = {}
    place = HEADER.size
    while place + 4 <= len(message):
        name, size = struct.unpack_from("!HH", message, place)
        attributes.setdefault(name, message[place + 4 : place + 4 + size])
        place += 4 + size + -size % 4
    return kind, attributes


def _exchange(link: Link, kind: int, attributes: Attributes, key: bytes = b"") -> tuple[int, Attributes]:
    transaction = secrets.token_bytes(12)
    try:
        return decode(link.ask(encode(kind, transaction, attributes, key)), transaction)
    except TimeoutError:
        raise Unhelpful("it does not answer") from None
    except OSError as error:
        raise Unhelpful(error.strerror or str(error)) from error


def _code(attributes: Attributes) -> int:
    value = attributes.get(ERROR, b"")
    return value[2] * 100 + value[3] if len(value) >= 4 else 0


def _refusal(attributes: Attributes) -> str:
    reason = attributes.get(ERROR, b"")[4:].decode(errors="replace")
    return f"it refuses: {_code(attributes)} {reason}".rstrip()


def _address(value: bytes) -> str:
    """XOR-MAPPED-ADDRESS and its like, for IPv4; an IPv6 one is masked with the transaction too, and not needed."""
    if len(value) != 8:
        return "an IPv6 address"
    port, number = struct.unpack_from("!HI", value, 2)
    return f"{ip_address(number ^ COOKIE)}:{port ^ (COOKIE >> 16)}"


# Sockets


@contextmanager
def _link(url: Url) -> Iterator[Link]:
    try:
        connection = _datagrams(url) if url.transport == "udp" and not url.secure else _stream(url)
    except TimeoutError:
        raise Unhelpful("it does not answer") from None
    except OSError as error:
        raise Unhelpful(error.strerror or str(error)) from error
    with connection:
        yield _Stream(connection) if connection.type == socket.SOCK_STREAM else _Datagrams(connection)


def _datagrams(url: Url) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_DGRAM)[0]
    connection = socket.socket(family, kind, protocol)
    connection.settimeout(TRY_SECONDS)
    connection.connect(address)
    return connection


def _stream(url: Url) -> socket.socket:
    connection = socket.create_connection((url.host, url.port), TRIES * TRY_SECONDS)
    return ssl.create_default_context().wrap_socket(connection, server_hostname=url.host) if url.secure else connection


class _Datagrams:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def ask(self, request: bytes) -> bytes:
        """Send a request and return the answer. A datagram without an answer is sent again."""
        for _ in range(TRIES):
            self.send(request)
            try:
                return self.receive()
            except TimeoutError:
                continue
        raise TimeoutError

    def send(self, message: bytes) -> None:
        self._connection.send(message)

    def receive(self) -> bytes:
        return self._connection.recv(2048)


class _Stream:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def ask(self, request: bytes) -> bytes:
        self.send(request)
        return self.receive()

    def send(self, message: bytes) -> None:
        self._connection.sendall(message)

    def receive(self) -> bytes:
        header = self._read(HEADER.size)
        return header + self._read(HEADER.unpack(header)[1])

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._connection.recv(size - len(data))
            if not part:
                raise ConnectionResetError("it hangs up")
            data += part
        return data
