"""People in a call at real browsers during a fault, and what they notice of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from playwright.async_api import async_playwright

from tests.browser.chromium import FLAGS, program
from tests.chaos.caller import Caller
from tests.chaos.cases import Result
from tests.chaos.field import CALLERS, Ground
from tests.chaosproxy import chaos_proxy

INTERRUPTED_SECONDS: Final = 0.5

T = TypeVar("T")


class Talk:
    """The call of these people: who they are, and what arrives."""

    def __init__(self, callers: Sequence[Caller]) -> None:
        self._callers = callers
        self._others = len(callers) - 1
        self._usual = 0.0

    def ids(self) -> set[str]:
        return {caller.ids[-1] for caller in self._callers}

    async def mark(self) -> None:
        """Begin to measure the usual gap, before the fault."""
        self._known = [caller.ids[-1] for caller in self._callers]
        await self._all(lambda caller: caller.witness.flows(self._others))
        await self._all(lambda caller: caller.witness.mark())

    async def expect(self) -> None:
        """Begin to measure the gap of the fault."""
        self._usual = await self._longest()
        await self._all(lambda caller: caller.witness.mark())

    async def end(self, result: Result) -> None:
        """Write what they have noticed into the result."""
        result.gap, result.usual = await self._longest(), self._usual
        if result.gap > result.usual + INTERRUPTED_SECONDS:
            result.slow.append(f"media waited for {result.gap:.2f} s, usually for {result.usual:.2f} s")
        for caller, known in zip(self._callers, self._known, strict=True):
            if caller.ids[-1] != known or caller.departures or caller.errors:
                result.wrong.append(f"{caller.name}: {caller.ids}, {caller.departures}, {caller.errors}")
            report = await caller.witness.report()
            result.lost_packets += report.lost
            if report.made != self._others:
                result.wrong.append(f"{caller.name} has made {report.made} connections")

    async def _longest(self) -> float:
        return max(await self._all(lambda caller: caller.witness.gap()))

    async def _all(self, do: Callable[[Caller], Coroutine[Any, Any, T]]) -> list[T]:
        return await asyncio.gather(*map(do, self._callers))


@asynccontextmanager
async def watching(ground: Ground) -> AsyncIterator[Talk]:
    """All in one room, through a proxy that gives them whichever worker listens."""
    async with (
        chaos_proxy(*ground.workers.ports, port=ground.workers.front),
        async_playwright() as playwright,
        await playwright.chromium.launch(executable_path=program(), args=FLAGS) as browser,
    ):
        callers = [
            await Caller.enter(browser, ground.workers.origin, name, session)
            for name, session in zip(CALLERS, ground.callers, strict=False)
        ]
        for caller in callers:
            await caller.join(ground.meeting.slug)
        yield Talk(callers)
        for caller in callers:
            await caller.leave()
