"""Whether audio and video arrive in a page, measured in the page itself (``witness.js``): decoded frames and audio packets.
Uses asynchronous Playwright. Knows nothing of faults, servers or networks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.async_api import BrowserContext, Page

SCRIPT: Final = Path(__file__).with_suffix(".js")
FLOWING_SECONDS: Final = 0.5
POLL_SECONDS: Final = 0.1


@dataclass(frozen=True)
class Flow:
    """The frames, or the audio packets, of one other page since the mark. Seconds; ``gaps`` (those over 0.3 s) from the mark."""

    total: int
    quiet: float
    longest: float
    gaps: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Report:
    """``frames`` and ``packets`` have one flow for each other page. ``blind``: the precision of gaps, in seconds.
    ``made``: how many connections the page has ever made. ``lost``: packets that were sent to it and have not arrived.
    ``said``: what tiles of others said (at, name, text).
    """

    at: float
    blind: float
    made: int
    lost: int
    frames: Sequence[Flow]
    packets: Sequence[Flow]
    said: Sequence[tuple[float, str, str]]

    @property
    def flows(self) -> Sequence[Flow]:
        return [*self.frames, *self.packets]

    @property
    def longest(self) -> float:
        """The longest wait for any frame or packet."""
        return max((flow.longest for flow in self.flows), default=self.at)

    def back(self, over: float = 1.0) -> float:
        """When the last gap longer than ``over`` ended, in seconds since the mark; 0 when there was none."""
        return max((end for flow in self.flows for start, end in flow.gaps if end - start > over), default=0.0)


@dataclass(frozen=True)
class Way:
    """One connection: its state, and the types of the candidates it uses."""

    state: str
    local: str | None
    remote: str | None


class Witness:
    """One page's. ``install`` it in the context before the page is opened."""

    def __init__(self, page: Page) -> None:
        self._page = page

    @staticmethod
    async def install(context: BrowserContext) -> None:
        await context.add_init_script(path=SCRIPT)

    async def mark(self) -> None:
        """Gaps count from now on."""
        await self._page.evaluate("() => window.witness.mark()")

    async def report(self) -> Report:
        found = await self._page.evaluate("() => window.witness.report()")
        return Report(
            at=found["at"] / 1000,
            blind=found["blind"] / 1000,
            made=found["made"],
            lost=found["lost"],
            frames=[_flow(one["frames"]) for one in found["flows"]],
            packets=[_flow(one["packets"]) for one in found["flows"]],
            said=[(one["at"] / 1000, one["name"], one["text"]) for one in found["said"]],
        )

    async def gap(self) -> float:
        """The longest wait for anything since the mark, in seconds."""
        return (await self.report()).longest

    async def flowing(self, others: int = 1) -> bool:
        """Whether frames and packets of exactly so many other pages have arrived just now."""
        report = await self.report()
        fresh = [
            flow
            for frames, packets in zip(report.frames, report.packets, strict=True)
            for flow in (frames, packets)
            if flow.total and flow.quiet < FLOWING_SECONDS
        ]
        return len(fresh) == 2 * others

    async def flows(self, others: int = 1, *, stays: float = 1.0, seconds: float = 30.0) -> None:
        """Wait until all flows, and has for ``stays`` seconds. Raises AssertionError when that takes longer than ``seconds``."""
        began = since = time.monotonic()
        while time.monotonic() - since < stays:
            await asyncio.sleep(POLL_SECONDS)
            if not await self.flowing(others):
                since = time.monotonic()
            if time.monotonic() - began > seconds:
                raise AssertionError(f"no media of {others} others after {seconds} s: {await self.report()}")

    async def darkens(self, *, seconds: float = 30.0) -> None:
        """Wait until no frames come. Raises AssertionError when that takes longer than ``seconds``."""
        began = time.monotonic()
        while any(flow.quiet < FLOWING_SECONDS for flow in (await self.report()).frames):
            assert time.monotonic() - began < seconds, f"frames still come after {seconds} s"
            await asyncio.sleep(POLL_SECONDS)

    async def connections(self) -> list[Way]:
        found = await self._page.evaluate("() => window.witness.connections()")
        return [Way(**one) for one in found]


def _flow(found: dict[str, Any]) -> Flow:
    return Flow(
        total=found["total"],
        quiet=found["quiet"] / 1000,
        longest=found["longest"] / 1000,
        gaps=[(start / 1000, end / 1000) for start, end in found["gaps"]],
    )
