"""A visitor from outside, through whatever is in front of the server: requests pages and opens a socket. Blocks."""

from __future__ import annotations

import http.client
import secrets
import socket
import ssl
import struct
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

PATIENCE_SECONDS: Final = 5.0
TEXT: Final = 0x81
PING: Final = '[{"type":"ping"}]'


class Unreached(Exception):
    """The request failed; the message says at which step."""


@dataclass(frozen=True)
class Page:
    status: int
    headers: http.client.HTTPMessage
    text: str


def get(origin: str, path: str, **headers: str) -> Page:
    """Raises Unreached."""
    return _ask(origin, "GET", path, headers)


def post(origin: str, path: str, form: str, **headers: str) -> Page:
    """Raises Unreached."""
    return _ask(origin, "POST", path, {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin, **headers}, form)


def ping(origin: str, path: str) -> float:
    """Open a WebSocket, as a page of the origin would, and say ``ping``. Returns the round trip in seconds. Raises Unreached."""
    headers = {"Origin": origin, "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    headers["Sec-WebSocket-Key"] = b64encode(secrets.token_bytes(16)).decode()
    with _connected(origin) as connection:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        if response.status != http.client.SWITCHING_PROTOCOLS:
            raise Unreached(f"it answers {response.status} instead of opening a WebSocket")
        began = time.monotonic()
        connection.sock.sendall(_masked(PING))
        answer = _frame(connection.sock)
        if "pong" not in answer:
            raise Unreached(f"the WebSocket opens, and says {answer!r} instead of an answer")
        return time.monotonic() - began


def _ask(origin: str, method: str, path: str, headers: Mapping[str, str], form: str | None = None) -> Page:
    with _connected(origin) as connection:
        connection.request(method, path, form, dict(headers))
        response = connection.getresponse()
        return Page(response.status, response.headers, response.read().decode(errors="replace"))


@contextmanager
def _connected(origin: str) -> Iterator[http.client.HTTPConnection]:
    parts = urlsplit(origin)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        with closing(kind(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)) as connection:
            yield connection
    except TimeoutError:
        raise Unreached("it does not answer") from None
    except ssl.SSLCertVerificationError as error:
        raise Unreached(error.verify_message) from error
    except OSError as error:
        raise Unreached(error.strerror or str(error)) from error
    except http.client.HTTPException as error:
        raise Unreached(f"it does not answer in HTTP: {type(error).__name__}") from error


def _masked(text: str) -> bytes:
    """A short text frame of a client (RFC 6455, section 5.3)."""
    data, mask = text.encode(), secrets.token_bytes(4)
    return bytes([TEXT, 0x80 | len(data)]) + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))


def _frame(connection: socket.socket) -> str:
    """The payload of the next frame."""
    _, length = _read(connection, 2)
    if length == 126:
        (length,) = struct.unpack("!H", _read(connection, 2))
    return _read(connection, length).decode(errors="replace")


def _read(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise Unreached("the WebSocket opens, and is closed at once")
        data += part
    return data
