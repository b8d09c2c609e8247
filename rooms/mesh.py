"""Who is connected to whom in a meeting, by what the browsers report of their pairs. Nobody has checked that.

A pair has two ends, and each browser speaks for its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Final, Literal, NamedTuple, get_args

from msgspec import UNSET

from signaling.protocol.messages import Report

#: What a browser says of a pair, the worst first. It was connected, or tried to be, and is not (``unreached``). It is connected
#: and nothing is heard (``unheard``). It is ``poor``, ``fair`` or ``good``, or ``connected`` and not known how well. It is being
#: made (``begun``). ``unknown``: this browser has reported nothing, or is of a release that only counts pairs.
Word = Literal["unreached", "unheard", "poor", "fair", "good", "connected", "begun", "unknown"]
WORDS: Final[tuple[Word, ...]] = get_args(Word)
FAILING: Final[frozenset[Word]] = frozenset({"unreached", "unheard"})
CONNECTED: Final[frozenset[Word]] = frozenset({"unheard", "poor", "fair", "good", "connected"})
_APART: Final[frozenset[Word]] = frozenset({"unreached", "begun"})


class End(NamedTuple):
    """What the browser at one end says of a pair. ``relayed``: it says that a relay is in the path."""

    word: Word
    relayed: bool = False


class Edge(NamedTuple):
    """An edge of the graph: two people, and what the browser of each ``says`` of their pair, in the same order."""

    ends: tuple[str, str]
    says: tuple[End, End]

    @property
    def word(self) -> Word:
        """The worse of both."""
        return min((end.word for end in self.says), key=WORDS.index)

    @property
    def relayed(self) -> bool:
        return any(end.relayed for end in self.says)

    @property
    def differs(self) -> bool:
        """Whether one says that they are connected, and the other that they are not."""
        first, second = (end.word for end in self.says)
        return (first in CONNECTED and second in _APART) or (first in _APART and second in CONNECTED)

    def of(self, person: str) -> tuple[str, End, End]:
        """The other person, what the browser of ``person`` says, and what the other's does."""
        (one, other), (first, second) = self
        return (other, first, second) if person == one else (one, second, first)


def edges(places: Mapping[str, str], reports: Mapping[str, Report]) -> list[Edge]:
    """The pairs of those who are present: each two of the same of ``places``, which is by person."""
    said = {person: _said(report) for person, report in reports.items()}
    return [
        Edge((one, other), (_end(said, reports, one, other), _end(said, reports, other, one)))
        for one, other in combinations(places, 2)
        if places[one] == places[other]
    ]


def _said(report: Report) -> dict[str, End]:
    """What a report says of each pair that it names."""
    pairs = [] if report.pairs is UNSET else report.pairs
    found = {pair.id: End("connected" if pair.grade is UNSET else pair.grade, pair.relayed) for pair in pairs}
    found |= {other: End("unheard", found[other].relayed if other in found else False) for other in report.silent}
    return found | {other: End("unreached") for other in report.unreached}


def _end(said: Mapping[str, Mapping[str, End]], reports: Mapping[str, Report], person: str, other: str) -> End:
    if person not in said:
        return End("unknown")
    return said[person].get(other) or End("unknown" if reports[person].pairs is UNSET else "begun")
