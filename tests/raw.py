"""A WebSocket written by hand, because libraries do not permit violations of the protocol."""

from __future__ import annotations

import asyncio
import json
import struct
from typing import Any

#: No requirement, only for what never comes.
PATIENCE_SECONDS = 60.0


class Closed(ConnectionError):
    """A close frame came."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed {code}")
        self.code = code


def frame(payload: bytes, opcode: int = 1, *, fin: bool = True) -> bytes:
    """A masked WebSocket frame (RFC 6455, section 5.2); the mask is zero, so the payload stands as it is."""
    first = opcode | (0x80 if fin else 0)
    if len(payload) < 126:
        head = struct.pack("!BB", first, 0x80 | len(payload))
    elif len(payload) < 65536:
        head = struct.pack("!BBH", first, 0x80 | 126, len(payload))
    else:
        head = struct.pack("!BBQ", first, 0x80 | 127, len(payload))
    return head + b"\0\0\0\0" + payload


def text_frame(*messages: dict[str, Any]) -> bytes:
    return frame(json.dumps(messages).encode())


class Wire:
    """One WebSocket that sends exactly what it is given, and answers nothing by itself."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int, room: str, cookie: str = "") -> Wire:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        lines = [
            f"GET /socket/{room} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            f"Origin: http://127.0.0.1:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            *([f"Cookie: {cookie}"] if cookie else []),
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_SECONDS)
        if not answer.startswith(b"HTTP/1.1 101"):
            writer.close()
            raise ConnectionError(answer.split(b"\r\n")[0].decode())
        return cls(reader, writer)

    async def join(self, name: str) -> str:
        """The id of the participant."""
        self.writer.write(text_frame({"type": "join", "name": name}))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                for message in await self.receive():
                    if message["type"] == "welcomed":
                        return str(message["id"])
                    if message["type"] in {"refused", "waiting"}:
                        raise ConnectionError(message["type"])

    async def closed(self) -> int:
        """Read until it is closed, and return the code."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    await self.receive()
                except Closed as closed:
                    return closed.code

    async def receive(self) -> list[dict[str, Any]]:
        """The messages of the next frame; none for a control frame. Raises Closed."""
        head = await self.reader.readexactly(2)
        size = head[1] & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
        payload = await self.reader.readexactly(size)
        if head[0] & 0x0F == 8:
            raise Closed(struct.unpack("!H", payload[:2])[0])
        messages: list[dict[str, Any]] = json.loads(payload) if head[0] & 0x0F == 1 else []
        return messages

    async def pour(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()
