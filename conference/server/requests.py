"""Requests of daphne, with bounds in time and size until they have arrived."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final, cast

from daphne.http_protocol import WebRequest
from django.conf import settings
from twisted.internet import reactor as _reactor
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web import http

from api import problems
from api.problems import Kind, Problem
from conference.server.addresses import Place, client_prefix
from conference.server.sockets import Socket

reactor: Any = _reactor

ARRIVE_SECONDS: Final = 30.0
"""How long a request may take to arrive, from its first byte to its last; or a connection to say anything."""
LINGER_SECONDS: Final = 2.0
"""How long a connection is still read after a refusal, so that a browser that is still writing can read it."""
BODY_BYTES: Final = 1024 * 1024
HEADERS: Final = 100
_DETAILS: Final = {
    Kind.TOO_LARGE: f"It has at most {BODY_BYTES} bytes at any address.",
    Kind.TOO_MANY: "Too many connections come from this address.",
}


class Request(WebRequest):
    """One request. With a proxy, it takes a place by the address that the proxy gives; without, its channel takes one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place: Place | None = None
        self._received = 0
        self._refused = False

    @property
    def _address(self) -> str:
        values = self.requestHeaders.getRawHeaders(settings.CLIENT_IP_HEADER) if settings.CLIENT_IP_HEADER else None
        return cast(str, values[0] if values and len(values) == 1 else getattr(self.client, "host", ""))

    def gotLength(self, length: int | None) -> None:
        """All headers are there."""
        super().gotLength(length)
        if length is not None and length > BODY_BYTES:
            self._refuse(Kind.TOO_LARGE)
        elif settings.CLIENT_IP_HEADER:
            self.place = self.server.addresses.enter(self._address, self.channel.transport.abortConnection)
            if self.place is None:
                self._refuse(Kind.TOO_MANY)

    def handleContentChunk(self, data: bytes) -> None:
        self._received += len(data)
        if self._refused:
            return
        if self._received > BODY_BYTES:
            self._refuse(Kind.TOO_LARGE)
        else:
            super().handleContentChunk(data)

    def _refuse(self, kind: Kind) -> None:
        """While the request arrives: until its end the channel knows the path."""
        self._refused = True
        is_for_program = self.channel._path.startswith(problems.API.encode())
        self.channel.refuse(kind.status, problems.answer(Problem(kind, _DETAILS[kind])).content if is_for_program else b"")

    def process(self) -> Any:
        if self._refused:
            return None
        if not self.requestHeaders.hasHeader(b"Upgrade"):
            return self.server.requests.enqueue(client_prefix(self._address), self._begin)
        if not self.server.addresses.shake_hands(self._address):
            return self.channel.refuse(429)
        return self.server.handshakes.enqueue(client_prefix(self._address), self._shake_hands)

    def _begin(self) -> None:
        if self.channel is not None and not self._disconnected:
            super().process()

    def _shake_hands(self) -> None:
        channel = self.channel
        if channel is None or self._disconnected:
            return
        super().process()
        socket = channel.transport.protocol
        if isinstance(socket, Socket):
            socket.place, self.place, channel.place = self.place or channel.place, None, None

    def finish(self) -> None:
        self._leave()
        super().finish()

    def connectionLost(self, reason: Any) -> None:
        self._leave()
        super().connectionLost(reason)

    def _leave(self) -> None:
        if self.place is not None:
            self.place.leave()


class Channel(http.HTTPChannel):
    """One connection that speaks HTTP."""

    maxHeaders = HEADERS
    requestFactory = Request
    transport: Any
    place: Place | None = None
    _deadline: Any = None
    _refused = False

    def connectionMade(self) -> None:
        super().connectionMade()
        if not settings.CLIENT_IP_HEADER:
            self.place = self.factory.server.addresses.enter(
                getattr(self.transport.getPeer(), "host", ""), self.transport.abortConnection
            )
            if self.place is None:
                self.refuse(429)
                return
        self._hurry()

    def dataReceived(self, data: bytes) -> None:
        if self._refused:
            return
        if not self._handlingRequest:
            self._hurry()
        super().dataReceived(data)

    def _hurry(self) -> None:
        if self._deadline is None:
            self._deadline = reactor.callLater(ARRIVE_SECONDS, self._late)

    def _late(self) -> None:
        self._deadline = None
        self.refuse(408)

    def _relax(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def allContentReceived(self) -> None:
        self._relax()
        super().allContentReceived()

    def refuse(self, status: int, problem: bytes = b"") -> None:
        """Send this answer, with problem details if there are any, and read nothing more."""
        self._relax()
        self.setTimeout(None)
        self._refused = True
        head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nConnection: close\r\nRetry-After: 10\r\n"
        kind = f"Content-Type: {problems.CONTENT_TYPE}\r\n" if problem else ""
        self.transport.write(f"{head}{kind}Content-Length: {len(problem)}\r\n\r\n".encode() + problem)
        self.transport.unregisterProducer()
        self.transport.loseWriteConnection()
        self._deadline = reactor.callLater(LINGER_SECONDS, self._abort)

    def _abort(self) -> None:
        self._deadline = None
        self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._relax()
        if self.place is not None:
            self.place.leave()
        super().connectionLost(reason)


class RequestFactory(http.HTTPFactory):
    """Writes no log of requests: their addresses may be secret."""

    protocol: Any = Channel

    def __init__(self, server: Any) -> None:
        super().__init__()
        self.server = server

    def log(self, request: Any) -> None:
        pass
