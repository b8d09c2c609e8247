"""WebSockets of daphne, with limits below the parser. They also count what never reaches the application."""

from __future__ import annotations

import time
from typing import Any, Final

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import reactor as _reactor
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from conference.server.addresses import Place
from conference.server.inbox import Inbox
from signaling.limits import TokenBucket
from signaling.protocol.bounds import FRAME_BYTES
from signaling.protocol.refusals import Close
from signaling.send_queue import SendQueue

reactor: Any = _reactor

#: Frames of every kind, control frames and fragments among them: a second, and at once.
STRANGER_FRAMES: Final = (5, 30)
PARTICIPANT_FRAMES: Final = (100, 600)
#: Bytes of frames, headers included: a second, and at once.
STRANGER_BYTES: Final = (16 * 1024, 128 * 1024)
PARTICIPANT_BYTES: Final = (256 * 1024, 2 * 1024 * 1024)
FLUSH_SECONDS: Final = 5.0
"""How long a socket that has ended may take to read what was written to it."""


@implementer(IPushProducer)
class Socket(WebSocketProtocol):
    """One WebSocket. It is the ``connection`` in the scope of its application (``signaling/connection.py``)."""

    def __init__(self) -> None:
        super().__init__()
        self.place: Place | None = None
        self.inbox = Inbox(self._stop_reading, self._read_on)
        self._send_queue: SendQueue | None = None
        self._full = False
        self._flooding = False
        self._abort: Any = None
        self._frames = TokenBucket(*STRANGER_FRAMES, time.monotonic)
        self._bytes = TokenBucket(*STRANGER_BYTES, time.monotonic)

    # The connection of the application

    def carry(self, send_queue: SendQueue) -> None:
        self._send_queue = send_queue
        if self._full:
            send_queue.hold()

    def welcome(self) -> None:
        if self.place is not None:
            self.place.settle()
        self._frames = TokenBucket(*PARTICIPANT_FRAMES, time.monotonic)
        self._bytes = TokenBucket(*PARTICIPANT_BYTES, time.monotonic)

    # Arriving

    def connectionMade(self) -> None:
        self.transport.unregisterProducer()  # the HTTP channel's
        super().connectionMade()
        self.transport.registerProducer(self, True)

    def dataReceived(self, data: bytes) -> None:
        if self._flooding:
            return
        if self.state == self.STATE_OPEN and not self._bytes.take(len(data)):
            self._end_flood()
        else:
            super().dataReceived(data)

    def processData(self) -> bool:
        if self._flooding:
            return False
        if self.current_frame is None and len(self.data) >= 2 and not self._frames.take():
            self._end_flood()
            return False
        more: bool = super().processData()
        return more

    def onMessageBegin(self, isBinary: bool) -> None:
        super().onMessageBegin(isBinary)
        self._kept = 0

    def onMessageFrameData(self, payload: bytes) -> None:
        """Of a frame that is too large, only so much is kept that it is refused as too large."""
        kept = payload[: FRAME_BYTES + 1 - self._kept]
        self._kept += len(kept)
        super().onMessageFrameData(kept)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        if len(payload) > FRAME_BYTES:
            payload = payload.decode("utf-8", "ignore").ljust(FRAME_BYTES + 1).encode()
        super().onMessage(payload, isBinary)

    def onPing(self, payload: bytes) -> None:
        """Answer a ping, unless the client does not read."""
        if not self._full:
            super().onPing(payload)

    def _end_flood(self) -> None:
        self._flooding = True
        self.data = b""
        self._stop_reading()
        if self.state == self.STATE_OPEN:
            self.sendClose(int(Close.FLOOD))

    def _stop_reading(self) -> None:
        self.transport.pauseProducing()

    def _read_on(self) -> None:
        if not self._flooding:
            self.transport.resumeProducing()

    # Leaving: IPushProducer, as the transport asks it

    def pauseProducing(self) -> None:
        self._full = True
        if self._send_queue is not None:
            self._send_queue.hold()

    def resumeProducing(self) -> None:
        self._full = False
        if self._send_queue is not None:
            self._send_queue.release()

    def stopProducing(self) -> None:
        """The connection is lost."""

    def dropConnection(self, abort: bool = False) -> None:
        super().dropConnection(abort)
        if not abort and self._abort is None:
            self._abort = reactor.callLater(FLUSH_SECONDS, self.transport.abortConnection)

    def connectionLost(self, reason: Any) -> None:
        if self._abort is not None and self._abort.active():
            self._abort.cancel()
        if self.place is not None:
            self.place.leave()
        super().connectionLost(reason)


class SocketFactory(WebSocketFactory):
    protocol = Socket
