"""Mail between the workers: each worker has one channel of the channel layer, and gathers outgoing mail into batches.

A batch is published when the publish before it has finished. So batches grow with load, and an idle worker adds no delay.
Mail may be lost; the roster's versions reveal it (``docs/architecture.md``, rule 2).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from signaling.cancellation import heed
from signaling.protocol.values import Policy
from signaling.roster.base import Change

logger = logging.getLogger(__name__)

BACKLOG_CHARACTERS: Final = 8 * 1024 * 1024
RETRY_SECONDS: Final = 1.0
EVERYBODY: Final = "workers"
AT_ONCE: Final = 64
"""Mail of one batch that is handled before others have their turn."""


class Delivery(msgspec.Struct, frozen=True, array_like=True, tag="delivery"):
    """One encoded message for one participant of a room, from another. ``generation`` is the sender's; older workers do not send
    it.
    """

    room: str
    to: str
    text: str
    sender: str = ""
    generation: int = 0


class Announcement(msgspec.Struct, frozen=True, array_like=True, tag="announcement"):
    """A change of a room in which the receiving worker has somebody."""

    change: Change


class Revocation(msgspec.Struct, frozen=True, array_like=True, tag="revocation"):
    """A login, or all logins of one identity but the one to ``spare``, have ended; the field that is not meant is empty."""

    login: str = ""
    identity: str = ""
    spare: str | None = None

    def ends(self, login: str, identity: str) -> bool:
        """Whether this login of this identity is among them."""
        if self.login:
            return login == self.login
        return identity == self.identity and login != self.spare


class Proclamation(msgspec.Struct, frozen=True, array_like=True, tag="proclamation"):
    """One encoded message for everybody who is present in a room and whose browser takes breakout rooms. Workers of the release
    before skip it.
    """

    room: str
    text: str


class Configuration(msgspec.Struct, frozen=True, array_like=True, tag="ruling"):
    """A change of the settings of a room in which the receiving worker has somebody.

    A worker of the release before reads the policy only, and learns the rest from the version of the room. When it sends this,
    ``change`` is missing.
    """

    room: str
    policy: Policy
    change: Change | None = None


Mail = Delivery | Announcement | Revocation | Configuration | Proclamation

_encoder = msgspec.msgpack.Encoder()
_batch: msgspec.msgpack.Decoder[list[msgspec.Raw]] = msgspec.msgpack.Decoder(list[msgspec.Raw])
_decoder: msgspec.msgpack.Decoder[Mail] = msgspec.msgpack.Decoder(Mail)


class Layer(Protocol):
    """The methods of a channel layer that are used."""

    async def new_channel(self, prefix: str) -> str: ...
    async def send(self, channel: str, message: dict[str, object]) -> None: ...
    async def receive(self, channel: str) -> dict[str, object]: ...
    async def group_add(self, group: str, channel: str) -> None: ...
    async def group_send(self, group: str, message: dict[str, object]) -> None: ...


def wrap(mail: list[Mail]) -> dict[str, object]:
    """A message of the channel layer. Its ``type`` is a constant: nothing in it names a method."""
    return {"type": "mail", "body": _encoder.encode(mail)}


class Mailbox:
    """The mailbox of one worker. Without a layer the worker is alone, and nothing is sent."""

    def __init__(self, layer: Layer | None) -> None:
        self.address = ""
        self._layer = layer
        self._batches: dict[str, list[Mail]] = {}
        self._characters = 0
        self._filled = asyncio.Event()

    async def open(self) -> str:
        """Listen; returns the address other workers write to. Tries until the layer answers."""
        while not self.address:
            try:
                self.address = await self._listen()
            except Exception as error:
                logger.warning("The channel layer does not answer: %s", error)
                await asyncio.sleep(RETRY_SECONDS)
        return self.address

    async def _listen(self) -> str:
        if self._layer is None:
            return "alone"
        address = await heed(self._layer.new_channel("worker."))
        await heed(self._layer.group_add(EVERYBODY, address))
        return address

    def post(self, worker: str, mail: Mail) -> None:
        """Add to the batch for ``worker``. Dropped if too much waits, because Redis has not answered for long."""
        self._characters += len(mail.text) if isinstance(mail, Delivery) else 1
        if self._characters > BACKLOG_CHARACTERS:
            return
        self._batches.setdefault(worker, []).append(mail)
        self._filled.set()

    async def publish(self) -> None:
        """Send what was posted, forever."""
        while True:
            await self._filled.wait()
            await self.flush()

    async def flush(self) -> None:
        """Send what was posted so far."""
        self._filled.clear()
        batches, self._batches, self._characters = self._batches, {}, 0
        for worker, batch in batches.items():
            if self._layer is not None:
                await self._send(self._layer, worker, batch)

    async def check(self) -> None:
        """Write to this worker itself. The first message over a broken connection is lost; it should be this one."""
        if self._layer is not None:
            await self._send(self._layer, self.address, [])

    async def broadcast(self, mail: Mail) -> None:
        """To every worker, this one included."""
        if self._layer is not None:
            try:
                await heed(self._layer.group_send(EVERYBODY, wrap([mail])))
            except Exception as error:
                logger.warning("Lost a message to all workers: %s", error)

    async def _send(self, layer: Layer, worker: str, batch: list[Mail]) -> None:
        try:
            await heed(layer.send(worker, wrap(batch)))
        except Exception as error:
            logger.warning("Lost %d messages to another worker: %s", len(batch), error)

    async def collect(self, handle: Callable[[Mail], None]) -> None:
        """Hand over what arrives, in order, forever."""
        while self._layer is not None:
            try:
                message = await self._layer.receive(self.address)
            except Exception as error:
                logger.warning("No mail from other workers: %s", error)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                for number, item in enumerate(_opened(message), 1):
                    _handle(item, handle)
                    if number % AT_ONCE == 0:
                        await asyncio.sleep(0)


def _opened(message: dict[str, object]) -> list[msgspec.Raw]:
    try:
        return _batch.decode(message["body"])  # type: ignore[arg-type]
    except (KeyError, TypeError, msgspec.MsgspecError):
        logger.exception("Mail from another worker cannot be read")
        return []


def _handle(item: msgspec.Raw, handle: Callable[[Mail], None]) -> None:
    """Handle one message. A message of a newer release that cannot be read is skipped; the others of the batch count."""
    try:
        handle(_decoder.decode(item))
    except msgspec.MsgspecError as error:
        logger.warning("Mail from another worker means nothing here: %s", error)
    except Exception:
        logger.exception("Mail from another worker was not handled")
