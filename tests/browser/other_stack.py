"""A participant that is no browser: aiortc, a WebSocket and ``docs/protocol.md``. Nothing of the product is imported here."""

from __future__ import annotations

import asyncio
import json
import math
import secrets
from array import array
from collections.abc import Awaitable, Callable
from contextlib import suppress
from fractions import Fraction
from typing import Any

from aiortc import (
    AudioStreamTrack,
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import candidate_from_sdp
from av import AudioFrame
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from tests.browser.other_chat import OtherChat
from tests.browser.other_file import OtherFile
from tests.browser.other_proof import OtherProof, described, fingerprint, is_proof, number

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]

SLOTS = ("microphone", "camera", "screen", "sound")
KINDS = {"microphone": "audio", "camera": "video", "screen": "video", "sound": "audio"}
SAMPLES_PER_SECOND = 48_000
SAMPLES = 960
#: No requirement, only for what never comes.
PATIENCE_SECONDS = 50.0


class ToneTrack(AudioStreamTrack):
    """A steady note of 440 Hz, so that energy arrives."""

    def __init__(self) -> None:
        super().__init__()
        self._began = 0.0
        self._sample = 0

    async def recv(self) -> AudioFrame:
        loop = asyncio.get_running_loop()
        self._began = self._began or loop.time()
        await asyncio.sleep(max(0.0, self._began + self._sample / SAMPLES_PER_SECOND - loop.time()))
        frame = AudioFrame(format="s16", layout="mono", samples=SAMPLES)
        numbers = range(self._sample, self._sample + SAMPLES)
        wave = (int(12_000 * math.sin(2 * math.pi * 440 * number / SAMPLES_PER_SECOND)) for number in numbers)
        frame.planes[0].update(array("h", wave).tobytes())
        frame.pts, frame.sample_rate, frame.time_base = self._sample, SAMPLES_PER_SECOND, Fraction(1, SAMPLES_PER_SECOND)
        self._sample += SAMPLES
        return frame


class Pair:
    """One other participant: a connection with four slots, the ``control`` channel, and with a chat its channel and those of
    files (section 6). ``sign`` makes a proof of the certificate that a description names.
    """

    def __init__(
        self,
        other: str,
        connection: str,
        send: Send,
        chat: OtherChat | None = None,
        sign: Callable[[str, str], Message] | None = None,
    ) -> None:
        self._sign = sign
        self.other = other
        self.connection = connection
        self.frames = dict.fromkeys(SLOTS, 0)
        self.control: list[Message] = []
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._negotiation = 0
        self._send = send
        self._early: list[Message] = []
        self._tracks: dict[str, MediaStreamTrack] = {"microphone": ToneTrack(), "camera": VideoStreamTrack()}
        self._readers: list[asyncio.Task[None]] = []
        self.peer.on("track", self._receive)
        self._channel = self.peer.createDataChannel("control", negotiated=True, id=0)
        self._channel.on("open", self._announce)
        self._channel.on("message", lambda text: self.control.extend(json.loads(text)))
        self._chat = chat
        if chat:
            self._chat_channel = self.peer.createDataChannel("chat", negotiated=True, id=1)
            self._chat_channel.on("open", self.greet)
            self._chat_channel.on("message", self._take)
            self.file: OtherFile | None = None
            self._files_channel = self.peer.createDataChannel("files", negotiated=True, id=2)
            self._files_channel.on("message", self._hear)
            self._pieces_channel = self.peer.createDataChannel("pieces", negotiated=True, id=3)
            self._pieces_channel.on("message", self._collect)

    async def offer(self) -> None:
        """The newcomer's part."""
        for slot in SLOTS:
            transceiver = self.peer.addTransceiver(KINDS[slot], direction="sendrecv")
            if track := self._tracks.get(slot):
                transceiver.sender.replaceTrack(track)
        self._negotiation = 1
        await self.peer.setLocalDescription(await self.peer.createOffer())
        await self._describe()

    async def accept(self, signal: Message) -> None:
        """Handle one signal of this connection."""
        match signal:
            case {"description": {"type": "offer", "sdp": sdp}}:
                self._negotiation = signal["negotiation"]
                await self._answer(sdp)
            case {"description": {"type": "answer", "sdp": sdp}} if signal["negotiation"] == self._negotiation:
                await self.peer.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
            case {"candidate": candidate}:
                self._early.append(candidate)
        if self.peer.remoteDescription is not None:
            await self._add_candidates()

    async def close(self) -> None:
        for reader in self._readers:
            reader.cancel()
        await self.peer.close()

    async def _answer(self, sdp: str) -> None:
        await self.peer.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        for slot, transceiver in zip(SLOTS, self.peer.getTransceivers(), strict=True):
            transceiver.direction = "sendrecv"
            if track := self._tracks.get(slot):
                transceiver.sender.replaceTrack(track)
        await self.peer.setLocalDescription(await self.peer.createAnswer())
        await self._describe()

    async def _describe(self) -> None:
        local = self.peer.localDescription
        await self._send(
            {
                "type": "signal",
                "to": self.other,
                "connection": self.connection,
                "negotiation": self._negotiation,
                "description": {"type": local.type, "sdp": described(local.sdp) if self._sign else local.sdp},
            }
        )

    async def _add_candidates(self) -> None:
        waiting, self._early = self._early, []
        for init in waiting:
            if text := init["candidate"]:
                candidate = candidate_from_sdp(text.partition(":")[2])
                candidate.sdpMid, candidate.sdpMLineIndex = init.get("sdpMid"), init.get("sdpMLineIndex")
                await self.peer.addIceCandidate(candidate)

    def _announce(self) -> None:
        hello = [{"type": "hello", "protocols": {"control": [1], "chat": [1], "files": [1]}}] if self._chat else []
        proof = [self._sign(self.connection, described(self.peer.localDescription.sdp))] if self._sign else []
        self._channel.send(json.dumps([*hello, *proof, {"type": "media", **{slot: slot in self._tracks for slot in SLOTS}}]))

    def greet(self) -> None:
        """Begin to chat, once the channel is open and the server has attested our key."""
        if self._chat and self._chat.introduction and self._chat_channel.readyState == "open":
            self._chat.greet(self.say)

    def say(self, message: Message) -> None:
        self._chat_channel.send(json.dumps([message]))

    def fetch(self, file: OtherFile) -> None:
        self.file = file
        self.tell(file.seek())

    def tell(self, message: Message) -> None:
        self._files_channel.send(json.dumps([message]))

    def _hear(self, text: str) -> None:
        for message in json.loads(text):
            if self.file:
                self.file.take(message, self.tell)

    def _collect(self, frame: bytes) -> None:
        if self.file:
            self.file.frame(frame, self.tell)

    def _take(self, text: str) -> None:
        for message in json.loads(text):
            if self._chat and self._chat.introduction:
                self._chat.take(message, self.say)

    def _receive(self, track: MediaStreamTrack) -> None:
        self._readers.append(asyncio.ensure_future(self._count(track)))

    async def _count(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                await track.recv()
                places = [one.receiver.track for one in self.peer.getTransceivers()]
                self.frames[SLOTS[places.index(track)]] += 1
        except MediaStreamError:
            return


class OtherStack:
    """Joins a room, offers to whoever is there, and answers whoever comes later."""

    def __init__(self, name: str, chat: OtherChat | None = None, proof: OtherProof | None = None) -> None:
        self.name = name
        self.chat = chat
        self.proof = proof
        self.room = ""
        self.id = ""
        self.pairs: dict[str, Pair] = {}
        self.refused: list[Message] = []
        self.welcomes = 0
        self._token = ""
        self._wire: ClientConnection
        self._reading: asyncio.Task[None]

    async def join(self, address: str, *, origin: str, cookie: str) -> None:
        await self._enter(address, origin, cookie, {"capabilities": ["chat"]} if self.chat else {})

    async def resume(self, address: str, *, origin: str, cookie: str) -> None:
        """Take up our place through another worker, once the connection is lost (section 4)."""
        await asyncio.wait_for(self._reading, PATIENCE_SECONDS)
        await self._enter(address, origin, cookie, {"resume": {"id": self.id, "token": self._token}})

    async def _enter(self, address: str, origin: str, cookie: str, fields: Message) -> None:
        self._wire = await connect(address, origin=Origin(origin), additional_headers={"Cookie": cookie}, compression=None)
        await self._send({"type": "join", "name": self.name, **fields})
        self._reading = asyncio.create_task(self._read())

    def number(self) -> str:
        """The security code with the only other one, as a number; "" until they have sent their proof."""
        assert self.proof is not None
        (pair,) = self.pairs.values()
        proofs = [message for message in pair.control if message["type"] == "proof"]
        if not proofs:
            return ""
        theirs = pair.peer.remoteDescription.sdp
        assert is_proof(proofs[-1], self.room, pair.other, theirs)
        own = (self.id, self.proof.key, fingerprint(described(pair.peer.localDescription.sdp)))
        return number(self.room, [own, (pair.other, proofs[-1]["key"], fingerprint(described(theirs)))])

    def _prove(self, connection: str, sdp: str) -> Message:
        assert self.proof is not None
        return self.proof.message(self.room, self.id, connection, sdp)

    async def leave(self) -> None:
        with suppress(ConnectionClosed):
            await self._send({"type": "leave"})
        await asyncio.wait_for(self._reading, PATIENCE_SECONDS)
        await asyncio.gather(*(pair.close() for pair in self.pairs.values()))

    async def _send(self, message: Message) -> None:
        await self._wire.send(json.dumps([message]))

    async def _read(self) -> None:
        with suppress(ConnectionClosed):
            async for frame in self._wire:
                for message in json.loads(frame):
                    await self._receive(message)

    async def _receive(self, message: Message) -> None:
        match message["type"]:
            case "welcomed":
                self.id, self._token, self.room = message["id"], message["token"], message["room"]["slug"]
                self.welcomes += 1
                if self.chat:
                    await self._send({"type": "attest", "key": self.chat.key})
                for other in message["participants"]:
                    if other["id"] not in {self.id, *self.pairs}:
                        await self._replace(other["id"], secrets.token_urlsafe(9)).offer()
            case "attested":
                assert self.chat is not None
                self.chat.attested(message)
                for one in self.pairs.values():
                    one.greet()
            case "signal":
                await self._accept(message)
            case "left":
                if pair := self.pairs.pop(message["id"], None):
                    await pair.close()
            case "refused":
                self.refused.append(message)

    async def _accept(self, signal: Message) -> None:
        pair = self.pairs.get(signal["from"])
        if not pair or pair.connection != signal["connection"]:
            if signal.get("description", {}).get("type") != "offer":
                return
            if pair:
                await pair.close()
            pair = self._replace(signal["from"], signal["connection"])
        await pair.accept(signal)

    def _replace(self, other: str, connection: str) -> Pair:
        self.pairs[other] = Pair(other, connection, self._send, self.chat, self._prove if self.proof else None)
        return self.pairs[other]
