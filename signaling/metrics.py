"""What a worker counts, and how it is written down: the Prometheus text format, version 0.0.4.

Written in the event loop and read from any thread: a figure may be a moment old, never half written.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Final

from signaling.digest import Tally

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Histogram:
    """How often something took how long, in seconds."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BUCKETS) + 1)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        self._counts[bisect_left(BUCKETS, seconds)] += 1
        self._sum += seconds

    def lines(self, name: str) -> Iterator[str]:
        totals = list(accumulate(self._counts))
        for bound, total in zip((*map(str, BUCKETS), "+Inf"), totals, strict=True):
            yield f'{name}_bucket{{le="{bound}"}} {total}'
        yield f"{name}_sum {self._sum}"
        yield f"{name}_count {totals[-1]}"


class Metrics:
    """Everything one worker counts."""

    def __init__(self) -> None:
        self.joins = 0
        self.refusals: Counter[str] = Counter()
        self.leaves: Counter[str] = Counter()
        self.resumes: Counter[str] = Counter()
        self.closes: Counter[str] = Counter()
        self.fenced = 0
        self.repaired = 0
        self.held_off = 0
        self.rebuilt = 0
        self.store_errors = 0
        self.store = Histogram()
        self.lag = Histogram()
        self._worst_lag = 0.0

    @property
    def tally(self) -> Tally:
        """What the worker has counted since it began."""
        return Tally(self.joins, self.refusals.total(), self.closes.total())

    def late(self, seconds: float) -> None:
        """The event loop was late."""
        self.lag.observe(seconds)
        self._worst_lag = max(self._worst_lag, seconds)

    def take_worst_lag(self) -> float:
        """The worst since this was asked before."""
        worst, self._worst_lag = self._worst_lag, 0.0
        return worst

    def asked(self, seconds: float, answered: bool) -> None:
        """The store was asked something."""
        self.store.observe(seconds)
        self.store_errors += not answered

    def text(
        self, *, sockets: int, participants: Mapping[str, int], pairs: Mapping[str, int], degraded: bool, draining: bool
    ) -> str:
        """Everything, and what the worker is at this moment."""
        lines = [
            *_family("sockets", "gauge", "Open sockets.", _plain(sockets)),
            *_family("participants", "gauge", "Participants on this worker.", _labelled("state", participants)),
            *_family("pairs", "gauge", "Ends of pairs, as browsers report them.", _labelled("state", pairs)),
            *_family("degraded", "gauge", "1 while the store is out of reach.", _plain(int(degraded))),
            *_family("draining", "gauge", "1 while people are sent elsewhere.", _plain(int(draining))),
            *_family("joins_total", "counter", "Newcomers who entered a room or its lobby.", _plain(self.joins)),
            *_family("refusals_total", "counter", "Joins that were refused, by code.", _labelled("code", self.refusals)),
            *_family("leaves_total", "counter", "Departures this worker announced.", _labelled("reason", self.leaves)),
            *_family("resumes_total", "counter", "Attempts to resume.", _labelled("outcome", self.resumes)),
            *_family("closes_total", "counter", "Sockets that ended, by close code.", _labelled("code", self.closes)),
            *_family("fenced_total", "counter", "Sockets whose participant was taken up elsewhere.", _plain(self.fenced)),
            *_family("rosters_repaired_total", "counter", "Rosters read again because news was missed.", _plain(self.repaired)),
            *_family("reaper_holdoffs_total", "counter", "Times absence was not decided after a stall.", _plain(self.held_off)),
            *_family("epochs_rebuilt_total", "counter", "Rooms put back after the store lost them.", _plain(self.rebuilt)),
            *_family("store_errors_total", "counter", "Questions the store did not answer.", _plain(self.store_errors)),
            *_histogram("store_seconds", "How long the store took to answer.", self.store),
            *_histogram("loop_lag_seconds", "How late the event loop was.", self.lag),
        ]
        return "\n".join(lines) + "\n"


def _family(name: str, kind: str, about: str, samples: Iterable[str]) -> Iterator[str]:
    yield f"# HELP conference_{name} {about}"
    yield f"# TYPE conference_{name} {kind}"
    for sample in samples:
        yield f"conference_{name}{sample}"


def _histogram(name: str, about: str, histogram: Histogram) -> Iterator[str]:
    yield f"# HELP conference_{name} {about}"
    yield f"# TYPE conference_{name} histogram"
    yield from histogram.lines(f"conference_{name}")


def _plain(value: float) -> Iterator[str]:
    yield f" {value}"


def _labelled(label: str, values: Mapping[str, int]) -> Iterator[str]:
    """Label values are words of ours, so nothing needs to be escaped."""
    for value, count in sorted(values.copy().items() if isinstance(values, Counter) else values.items()):
        yield f'{{{label}="{value}"}} {count}'
