"""Writes the digest of one worker, and what its members reported. A pass of the keeper; no message waits for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from signaling.digest import Digest, Reports, Tally, sums
from signaling.metrics import Metrics
from signaling.roster.base import Digests
from signaling.roster.digests import DIGEST_SECONDS
from signaling.switchboard import Switchboard

#: How often the digest is written. Reports of a room are written at the next pass after a change, and again after a time.
WRITE_SECONDS: Final = 2.0
AGAIN_SECONDS: Final = DIGEST_SECONDS / 3
LATELY_SECONDS: Final = 60.0


class _Moment(NamedTuple):
    at: float
    tally: Tally
    lag: float


class _Written(NamedTuple):
    at: float
    reports: Reports


class Digesting:
    """``condition`` says whether the worker is draining, and whether it is degraded. ``clock`` is monotonic."""

    def __init__(
        self,
        digests: Digests,
        switchboard: Switchboard,
        metrics: Metrics,
        *,
        worker: Callable[[], str],
        condition: Callable[[], tuple[bool, bool]],
        clock: Callable[[], float],
    ) -> None:
        self._digests = digests
        self._switchboard = switchboard
        self._metrics = metrics
        self._worker = worker
        self._condition = condition
        self._clock = clock
        self._moments: deque[_Moment] = deque()
        self._counted = Tally()
        self._written: dict[str, _Written] = {}
        self._due_at = 0.0

    async def __call__(self) -> None:
        """Write what is due. Raises Unreachable; what was counted meanwhile is written at the next pass."""
        now = self._clock()
        if now >= self._due_at:
            await self._write(now)
            self._due_at = now + WRITE_SECONDS
        if due := self._due_reports(now):
            await self._digests.write_reports(self._worker(), due)
            kept = {room: _Written(now, reports) for room, reports in due.items() if reports}
            self._written = {room: one for room, one in self._written.items() if room not in due} | kept

    async def _write(self, now: float) -> None:
        tally = self._metrics.tally
        lately, lag = self._lately(now, tally)
        draining, degraded = self._condition()
        rooms = {
            room: sums((member.state, member.report) for member in members)
            for room, members in self._switchboard.by_room().items()
        }
        digest = Digest(worker=self._worker(), rooms=rooms, lately=lately, lag=lag, draining=draining, degraded=degraded)
        await self._digests.write(digest, tally - self._counted)
        self._counted = tally

    def _lately(self, now: float, tally: Tally) -> tuple[Tally, float]:
        """What was counted within a minute, and the worst lag."""
        self._moments.append(_Moment(now, tally, self._metrics.take_worst_lag()))
        while len(self._moments) > 1 and self._moments[0].at < now - LATELY_SECONDS:
            self._moments.popleft()
        return tally - self._moments[0].tally, max(moment.lag for moment in self._moments)

    def _due_reports(self, now: float) -> Mapping[str, Reports]:
        """Of rooms whose reports are others than those written, or were written too long ago. Empty for a room without any."""
        current = {
            room: {member.id: member.report for member in members if member.state == "present" and member.report is not None}
            for room, members in self._switchboard.by_room().items()
        }
        due: dict[str, Reports] = {room: {} for room in self._written if not current.get(room)}
        for room, reports in current.items():
            before = self._written.get(room)
            if reports and (before is None or before.reports != reports or now - before.at >= AGAIN_SECONDS):
                due[room] = reports
        return due
