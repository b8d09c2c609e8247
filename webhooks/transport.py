"""One request to another server. The name is resolved once, each of its addresses is checked, and one of them is connected to: a
name that changes meanwhile leads nowhere else. Redirects are not followed. Blocks.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from webhooks.destinations import Address, Destination, Network, Refused, check, parse

#: For everything after the name is resolved.
SECONDS: Final = 10.0
#: Of an answer, so much is read.
EXCERPT: Final = 500

Resolve = Callable[[str, int], Sequence[Address]]


@dataclass(frozen=True)
class Answer:
    status: int
    excerpt: str

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


def resolve(host: str, port: int) -> Sequence[Address]:
    """Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(address[0]).partition("%")[0]) for *_, address in found]


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    allowed: Sequence[Network],
    *,
    resolve: Resolve = resolve,
    seconds: float = SECONDS,
) -> Answer:
    """Raises Refused, or OSError if there is no answer in time."""
    with _reached(url, allowed, resolve, seconds) as (connection, path):
        connection.request("POST", path, body, dict(headers))
        response = connection.getresponse()
        return Answer(response.status, _excerpt(response))


def get(url: str, allowed: Sequence[Network], limit: int, *, resolve: Resolve = resolve, seconds: float = SECONDS) -> bytes:
    """What is at this URL. Raises Refused; or OSError if no answer comes in time, with status 200 and at most ``limit`` bytes."""
    with _reached(url, allowed, resolve, seconds) as (connection, path):
        connection.request("GET", path, headers={"Accept": "application/json"})
        response = connection.getresponse()
        content = response.read(limit + 1)
    if response.status != 200 or len(content) > limit:
        raise OSError(f"status {response.status}, or more than {limit} bytes")
    return content


@contextmanager
def _reached(
    url: str, allowed: Sequence[Network], resolve: Resolve, seconds: float
) -> Iterator[tuple[http.client.HTTPConnection, str]]:
    """A connection to the host of this URL, and the path. What goes wrong with HTTP is an OSError."""
    destination = parse(url)
    try:
        addresses = resolve(destination.host, destination.port)
    except UnicodeError:
        raise Refused("this is not a host name") from None
    for address in addresses:
        check(destination, address, allowed)
    try:
        with _connected(destination, addresses[0], seconds) as connection:
            yield connection, destination.path
    except http.client.HTTPException as error:
        raise OSError(f"no answer in HTTP: {type(error).__name__}") from error


def _excerpt(response: http.client.HTTPResponse) -> str:
    """The beginning of the body; "" if it cannot be read, because the status alone is an answer, too."""
    with suppress(OSError, http.client.HTTPException):
        return "".join(letter if letter.isprintable() else " " for letter in response.read(EXCERPT).decode(errors="replace"))
    return ""


@contextmanager
def _connected(destination: Destination, address: Address, seconds: float) -> Iterator[http.client.HTTPConnection]:
    plain = socket.create_connection((str(address), destination.port), seconds)
    kind = http.client.HTTPSConnection if destination.secure else http.client.HTTPConnection
    connection = kind(destination.host, destination.port)
    connection.sock = _wrapped(plain, destination.host) if destination.secure else plain
    # A receiver that sends a byte now and then never lets the timeout of the socket pass.
    timer = threading.Timer(seconds, _shut, [connection.sock])
    timer.daemon = True
    timer.start()
    try:
        if isinstance(connection.sock, ssl.SSLSocket):
            connection.sock.do_handshake()
        yield connection
    finally:
        timer.cancel()
        connection.close()


def _wrapped(plain: socket.socket, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
