"""Somebody in between: alters the signals of two browsers, so that both connect to them, and passes their messages on."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

from tests.browser.other_proof import Message, OtherProof, described
from tests.browser.other_stack import Pair

Run = Callable[[Coroutine[Any, Any, Any]], Any]


class Leg(Pair):
    """The connection to one of the two. It sends no media, and what it says is what the other one says."""

    def __init__(self, other: str, connection: str) -> None:
        self.sent: list[Message] = []
        super().__init__(other, connection, self._note)
        self._tracks = {}
        self._unsent: list[str] = []

    async def _note(self, message: Message) -> None:
        self.sent.append(message)

    def description(self) -> Message:
        last = self.sent[-1]["description"]
        return {**last, "sdp": described(last["sdp"])}

    def _announce(self) -> None:
        for text in self._unsent:
            self._channel.send(text)

    def say(self, message: Message) -> None:
        text = json.dumps([message])
        if self._channel.readyState == "open":
            self._channel.send(text)
        else:
            self._unsent.append(text)

    def listen(self, take: Callable[[str], None]) -> None:
        self._channel.on("message", take)


class InBetween:
    """Passes on what the two have signed, or with ``forges`` signs for them with keys of its own."""

    def __init__(self, run: Run, room: str, *, forges: bool) -> None:
        self._run = run
        self._room = room
        self._forges = forges
        self._keys: dict[str, OtherProof] = {}
        self._legs: dict[str, dict[str, Leg]] = {}
        self._offers: dict[str, Message] = {}

    def tap(self, page: Page) -> None:
        """From the next socket on, alter what the page sends."""
        page.route_web_socket("**/socket/**", self._route)

    def close(self) -> None:
        for legs in self._legs.values():
            for leg in legs.values():
                self._run(leg.close())

    def _route(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        ids: list[str] = []

        def arrive(frame: str | bytes) -> None:
            ids.extend(message["id"] for message in json.loads(frame) if message["type"] == "welcomed")
            socket.send(frame)

        def leave(frame: str | bytes) -> None:
            altered = [self._alter(ids[-1], message) if message["type"] == "signal" else message for message in json.loads(frame)]
            if kept := [message for message in altered if message]:
                server.send(json.dumps(kept))

        server.on_message(arrive)
        socket.on_message(leave)

    def _alter(self, sender: str, signal: Message) -> Message | None:
        altered: Message | None = self._run(self._answer(sender, signal))
        return altered

    async def _answer(self, sender: str, signal: Message) -> Message | None:
        connection, other = signal["connection"], signal["to"]
        kind = signal.get("description", {}).get("type")
        if kind == "offer" and connection not in self._legs:
            legs = self._legs[connection] = {one: Leg(one, connection) for one in (sender, other)}
            self._join(legs[sender], legs[other])
            self._offers[connection] = signal
            await legs[other].offer()
        elif kind == "answer" and not self._legs[connection][other].sent:
            await self._legs[connection][sender].accept(signal)
            await self._legs[connection][other].accept(self._offers[connection])
        elif kind is None:
            await self._legs[connection][sender].accept(signal)
            return None
        return {**signal, "description": self._legs[connection][other].description()}

    def _join(self, one: Leg, other: Leg) -> None:
        one.listen(lambda text: self._pass_on(one, other, text))
        other.listen(lambda text: self._pass_on(other, one, text))

    def _pass_on(self, source: Leg, target: Leg, text: str) -> None:
        for message in json.loads(text):
            target.say(self._forged(source.other, target) if self._forges and message["type"] == "proof" else message)

    def _forged(self, id: str, target: Leg) -> Message:
        key = self._keys.setdefault(id, OtherProof())
        return key.message(self._room, id, target.connection, target.description()["sdp"])
