"""Where the sockets are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from signaling.consumers import Address, Event, Receive, RoomConsumer, Send, refuse
from signaling.protocol.bounds import JOIN_SECONDS
from signaling.worker import Worker

# Django's types know only views.
_path: Any = path
_re_path: Any = re_path


def sockets(worker: Worker, origins: Collection[str], address: Address, join_seconds: float = JOIN_SECONDS) -> Any:
    """The WebSocket application. Only pages of ``origins`` may use it. ``address(scope)`` is the address that a handshake comes
    from.
    """

    async def room(scope: Event, receive: Receive, send: Send) -> None:
        await RoomConsumer(worker, origins, address, join_seconds)(scope, receive, send)

    routes: list[Any] = [_path("socket/<str:slug>", room), _re_path("", refuse)]
    return URLRouter(routes)
