"""Where the sockets are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from signaling.consumers import Event, Receive, RoomConsumer, Send, refuse
from signaling.protocol import JOIN_SECONDS
from signaling.worker import Worker

# Django's types know only views.
_path: Any = path
_re_path: Any = re_path


def sockets(worker: Worker, origins: Collection[str], join_seconds: float = JOIN_SECONDS) -> Any:
    """The WebSocket application; only pages of ``origins`` may use it."""

    async def room(scope: Event, receive: Receive, send: Send) -> None:
        await RoomConsumer(worker, origins, join_seconds)(scope, receive, send)

    routes: list[Any] = [_path("socket/<str:slug>", room), _re_path("", refuse)]
    return URLRouter(routes)
