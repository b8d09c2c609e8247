"""Mail of workers of another release, during an upgrade."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from signaling.mailbox import Configuration, Delivery, Mail, Mailbox, Revocation


class Layer:
    """Hands out these messages, and then nothing."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self._messages = list(messages)

    async def receive(self, channel: str) -> dict[str, Any]:
        if not self._messages:
            raise asyncio.CancelledError
        return self._messages.pop(0)

    async def new_channel(self, prefix: str) -> str:
        raise NotImplementedError

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        raise NotImplementedError

    async def group_add(self, group: str, channel: str) -> None:
        raise NotImplementedError

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        raise NotImplementedError


async def read(*bodies: object) -> list[Mail]:
    mail: list[Mail] = []
    mailbox = Mailbox(Layer(*[{"type": "mail", "body": body} for body in bodies]))
    try:
        await mailbox.collect(mail.append)
    except asyncio.CancelledError:
        return mail
    raise AssertionError("it ended by itself")


async def test_a_worker_that_does_not_say_from_whom_is_understood() -> None:
    body = msgspec.msgpack.encode([["delivery", "7", "bob", "{}"], ["revocation", "login", "", None]])
    assert await read(body) == [Delivery("7", "bob", "{}"), Revocation("login")]


async def test_what_means_nothing_here_costs_the_rest_nothing() -> None:
    unknown = [
        ["carrier pigeon", "7"],
        7,
        ["delivery", 7],
        ["ruling", "7", "sometimes"],
        ["delivery", "7", "bob", "{}", "alice", 2, "new"],
    ]
    body = msgspec.msgpack.encode([*unknown, ["ruling", "7", "relay"]])
    assert await read(b"nonsense", None, body) == [Delivery("7", "bob", "{}", "alice", 2), Configuration("7", "relay")]
