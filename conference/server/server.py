"""daphne, with the limits of this project where bytes arrive."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Any

from daphne.server import Server as Daphne
from django.conf import settings
from twisted.internet import reactor
from twisted.internet.endpoints import serverFromString
from twisted.logger import globalLogBeginner

from conference.server.addresses import Addresses
from conference.server.requests import RequestFactory
from conference.server.sockets import SocketFactory
from signaling.turns import Turns

BACKLOG = 1024
"""Everybody at once comes from the worker next door when that one dies; Twisted's own 50 would leave them to TCP's retries."""
PING_SECONDS = 10
PONG_SECONDS = 8
HANDSHAKE_SECONDS = 5
CLOSE_SECONDS = 3
"""How long a browser may take to answer a close frame."""
HANDSHAKE_GAP_SECONDS = 0.01
"""Handshakes are far apart enough that those who are in calls do not notice a crowd that comes."""
#: Loggers of Twisted and autobahn for errors that anybody can cause on a connection.
_OBSERVERS: Any = [lambda event: None]


class Server(Daphne):
    """Serves an ASGI application at ``host`` and ``port`` until SIGTERM or SIGINT."""

    def __init__(self, application: Any, host: str, port: int) -> None:
        super().__init__(
            application,
            endpoints=[f"tcp:port={port}:interface={_escaped(host)}:backlog={BACKLOG}"],
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            websocket_timeout=-1,
            websocket_connect_timeout=HANDSHAKE_SECONDS,
            websocket_handshake_timeout=HANDSHAKE_SECONDS,
            server_name="",
        )
        self.addresses = Addresses(settings.CONNECTIONS_PER_ADDRESS, settings.HANDSHAKES_PER_ADDRESS, time.monotonic)
        self.requests = Turns()
        self.handshakes = Turns(HANDSHAKE_GAP_SECONDS)

    def run(self) -> None:
        """Like daphne's, with our factories."""
        self.connections: dict[Any, dict[str, Any]] = {}
        self.ws_factory = SocketFactory(self, server=self.server_name)
        self.ws_factory.setProtocolOptions(
            allowNullOrigin=True,
            closeHandshakeTimeout=CLOSE_SECONDS,
            autoPingTimeout=self.ping_timeout,
            openHandshakeTimeout=self.websocket_handshake_timeout,
        )
        globalLogBeginner.beginLoggingTo(_OBSERVERS, redirectStandardIO=False, discardBuffer=True)
        loop: Any = reactor
        loop.callLater(1, self.application_checker)
        loop.callLater(2, self.timeout_checker)
        for endpoint in self.endpoints:
            listening = serverFromString(loop, endpoint).listen(RequestFactory(self))
            listening.addCallbacks(self.listen_success, self.listen_error)
        asyncio.set_event_loop(loop._asyncioEventloop)
        loop.addSystemEventTrigger("before", "shutdown", self.kill_all_applications)
        if not self.abort_start:
            loop.run()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> asyncio.Queue[dict[str, Any]] | None:
        """Like daphne's, with a bounded queue, and with ``connection`` in the scope."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        if scope["type"] == "websocket":
            queue, scope["connection"] = protocol.inbox, protocol
        if protocol not in self.connections:
            return None
        scope["asgi"] = {"version": "3.0"}
        instance = self.application(scope, queue.get, partial(self.handle_reply, protocol))
        task = asyncio.ensure_future(instance)
        self.connections[protocol]["application_instance"] = task
        if scope["type"] == "http":
            task.add_done_callback(partial(self._forget, protocol))
        return queue

    def _forget(self, protocol: Any, task: asyncio.Future[None]) -> None:
        """Forget a finished request at once; daphne does so once a second. One that failed is left to daphne, which logs it."""
        details = self.connections.get(protocol, {})
        if "disconnected" in details and not task.cancelled() and task.exception() is None:
            del self.connections[protocol]


def _escaped(host: str) -> str:
    """An IPv6 address inside an endpoint description of Twisted."""
    return host.strip("[]").replace(":", r"\:")
