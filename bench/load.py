"""The load: sockets that join rooms and signal one another, in our dialect and in the baseline's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

Message = dict[str, Any]


def candidate(to: str, connection: str = "bench") -> Message:
    """A signal of about 300 bytes, what most of the signaling consists of."""
    text = f"candidate:1 1 udp 2122260223 192.168.100.101 50000 typ host generation 0 ufrag {'u' * 66} network-id 1"
    ice = {"candidate": text, "sdpMid": "0", "sdpMLineIndex": 0}
    return {"type": "signal", "to": to, "connection": connection, "negotiation": 1, "candidate": ice}


def description(to: str, kind: str, connection: str = "bench") -> Message:
    """An offer or an answer of the size that four media sections and a data channel take."""
    sdp = "v=0\r\n" + "a=rtpmap:111 opus/48000/2\r\n" * 130
    return {
        "type": "signal",
        "to": to,
        "connection": connection,
        "negotiation": 1,
        "description": {"type": kind, "sdp": sdp},
    }


class Socket:
    """One browser's WebSocket. ``batched`` sockets speak in arrays (ours), the others in single objects (the baseline)."""

    def __init__(self, port: int, room: str, *, batched: bool, cookie: str = "") -> None:
        self.batched = batched
        self.id = ""
        self.present: list[str] = []
        self.received: Callable[[Message], None] = lambda message: None
        self.closed = asyncio.Event()
        self._address = f"ws://127.0.0.1:{port}/socket/{room}"
        self._origin = Origin(f"http://127.0.0.1:{port}")
        self._cookie = cookie
        self._welcomed = asyncio.Event()
        self._refused: Message = {}
        self._wire: ClientConnection
        self._reading: asyncio.Task[None]

    async def join(self) -> None:
        """Open, join, and wait for ``welcomed``."""
        headers = {"Cookie": self._cookie} if self._cookie else {}
        self._wire = await connect(
            self._address, origin=self._origin, additional_headers=headers, compression=None, ping_interval=None
        )
        self._reading = asyncio.create_task(self._read())
        if self.batched:
            await self.send([{"type": "join", "name": "Load"}])
        welcomed = asyncio.create_task(self._welcomed.wait())
        await asyncio.wait({welcomed, self._reading}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        if not self._welcomed.is_set():
            welcomed.cancel()
            raise RuntimeError(f"not welcomed: {self._refused}")

    async def send(self, messages: Iterable[Message]) -> None:
        """In one frame where the dialect can, else in one frame each."""
        messages = list(messages)
        for frame in [messages] if self.batched else messages:
            await self._wire.send(json.dumps(frame, separators=(",", ":")))

    async def close(self) -> None:
        if self.batched and not self.closed.is_set():
            with suppress(ConnectionClosed):
                await self.send([{"type": "leave"}])
        await self._wire.close()
        await self._reading

    async def _read(self) -> None:
        with suppress(ConnectionClosed):
            await self._receive_all()
        self.closed.set()

    async def _receive_all(self) -> None:
        async for frame in self._wire:
            content = json.loads(frame)
            for message in content if isinstance(content, list) else [content]:
                self._receive(message)

    def _receive(self, message: Message) -> None:
        match message["type"]:
            case "welcomed":
                self.id = message["id"]
                self.present = [other["id"] for other in message.get("participants", []) if other["id"] != self.id]
                self._welcomed.set()
            case "refused":
                self._refused = message
        self.received(message)
