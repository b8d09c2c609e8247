"""Sends one webhook. The name is resolved once, each of its addresses is checked, and one of them is connected to: a name that
changes meanwhile leads nowhere else. Redirects are not followed. Blocks.
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
    destination = parse(url)
    try:
        addresses = resolve(destination.host, destination.port)
    except UnicodeError:
        raise Refused("this is not a host name") from None
    for address in addresses:
        check(destination, address, allowed)
    try:
        with _connected(destination, addresses[0], seconds) as connection:
            connection.request("POST", destination.path, body, dict(headers))
            response = connection.getresponse()
            return Answer(response.status, _excerpt(response))
    except http.client.HTTPException as error:
        raise OSError(f"no answer in HTTP: {type(error).__name__}") from error


def _excerpt(response: http.client.HTTPResponse) -> str:
    """Whatever becomes of the rest, the status was the answer."""
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
