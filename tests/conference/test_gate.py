from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from conference.database import BESIDE
from conference.gate import Gate
from conference.kinds import KINDS
from conference.unavailable import answer as unavailable
from jobs.runner import Runner
from signaling.lookups import THREADS


class Pages:
    """An application whose pages wait until a test releases them."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.entered_in_order: list[str] = []
        self.most = 0
        self.ready = asyncio.Event()
        self.entered = asyncio.Condition()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.inside.append(scope["path"])
        self.entered_in_order.append(scope["path"])
        self.most = max(self.most, len(self.inside))
        async with self.entered:
            self.entered.notify_all()
        await self.ready.wait()
        self.inside.remove(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})


def gate_to(pages: Pages, count: int, patience: float = 30.0) -> Gate:
    """A gate with one more place for requests that hash a password. The address of a request is its first header."""
    return Gate(pages, count + 1, 1, unavailable, lambda scope: scope["headers"][0][1], patience)


async def ask(gate: Gate, path: str = "/", *, address: str = "198.51.100.1", method: str = "GET") -> Mapping[str, Any]:
    """The first message of the response."""
    sent: list[Mapping[str, Any]] = []

    async def send(event: Mapping[str, Any]) -> None:
        sent.append(event)

    await gate({"type": "http", "method": method, "path": path, "headers": [("x-real-ip", address)]}, None, send)
    return sent[0]


async def begun(pages: Pages, count: int) -> None:
    async with asyncio.timeout(60), pages.entered:
        await pages.entered.wait_for(lambda: len(pages.inside) >= count)


async def test_as_many_as_there_are_places_and_the_others_wait() -> None:
    pages = Pages()
    gate = gate_to(pages, 3)
    asked = [asyncio.create_task(ask(gate)) for _ in range(300)]
    await begun(pages, 3)
    pages.ready.set()
    assert {answer["status"] for answer in await asyncio.gather(*asked)} == {200}
    assert pages.most == 3


async def test_who_has_waited_long_is_told_when_to_come_back() -> None:
    pages = Pages()
    gate = gate_to(pages, 1, patience=0.01)
    first = asyncio.create_task(ask(gate))
    await begun(pages, 1)
    answer = await ask(gate)
    assert (answer["status"], dict(answer["headers"])[b"retry-after"]) == (503, b"5")
    of_api = await ask(gate, "/api/v1/rooms")
    assert (of_api["status"], dict(of_api["headers"])[b"content-type"]) == (503, b"application/problem+json")
    pages.ready.set()
    assert (await first)["status"] == 200
    assert (await ask(gate))["status"] == 200


async def test_addresses_take_turns() -> None:
    pages = Pages()
    gate = gate_to(pages, 1)
    mallory = [asyncio.create_task(ask(gate, f"/mallory/{number}")) for number in range(30)]
    await begun(pages, 1)
    alice = asyncio.create_task(ask(gate, "/alice", address="203.0.113.1"))
    await asyncio.sleep(0)
    pages.ready.set()
    await asyncio.gather(alice, *mallory)
    assert "/alice" in pages.entered_in_order[:3]


async def test_pages_do_not_wait_for_those_who_sign_in() -> None:
    pages = Pages()
    gate = gate_to(pages, 1)
    paths = [f"/accounts/login/?{number}" for number in range(20)] + ["/abc-defg-hij/passcode", "/abc-defg-hij/settings"] * 10
    signing_in = [asyncio.create_task(ask(gate, path, method="POST")) for path in [*paths, "/api/v1/rooms"]]
    signing_in.append(asyncio.create_task(ask(gate, "/api/v1/rooms/abc-defg-hij", method="PATCH")))
    await begun(pages, 1)
    page = asyncio.create_task(ask(gate, "/accounts/login/"))
    await begun(pages, 2)
    assert pages.inside == [paths[0], "/accounts/login/"]
    pages.ready.set()
    await asyncio.gather(page, *signing_in)
    assert pages.most == 2


async def test_a_supervisor_does_not_wait() -> None:
    pages = Pages()
    gate = gate_to(pages, 1)
    asked = [asyncio.create_task(ask(gate, path)) for path in ("/", "/health/live")]
    await begun(pages, 2)
    pages.ready.set()
    await asyncio.gather(*asked)


async def test_many_probes_are_answered_one_at_a_time() -> None:
    pages = Pages()
    gate = gate_to(pages, 3)
    asked = [asyncio.create_task(ask(gate, "/health/ready")) for _ in range(30)]
    await begun(pages, 1)
    pages.ready.set()
    await asyncio.gather(*asked)
    assert pages.most == 1


async def test_a_page_keeps_its_place_when_its_browser_goes() -> None:
    pages = Pages()
    gate = gate_to(pages, 1)
    gone = asyncio.create_task(ask(gate))
    await begun(pages, 1)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    waiting = asyncio.create_task(ask(gate, "/next"))
    await asyncio.sleep(0)
    assert pages.inside == ["/"]
    pages.ready.set()
    assert (await waiting)["status"] == 200


def test_the_connections_suffice_for_every_thread() -> None:
    journal = probe = live = 1
    jobs = len(Runner(KINDS).threads)
    assert THREADS + journal + probe + live + jobs == BESIDE
