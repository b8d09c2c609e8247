"""Spans of time: what they cover together, and what of it lies within another span."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

#: Where it begins and where it ends.
Span = tuple[datetime, datetime]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans that neither overlap nor touch, in order. A span that ends before it begins covers nothing."""
    found: list[Span] = []
    for begin, end in sorted(span for span in spans if span[0] <= span[1]):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def within(spans: Iterable[Span], begin: datetime, end: datetime) -> list[Span]:
    """What of these spans lies between two times."""
    return [(max(begin, one), min(end, other)) for one, other in spans if one < end and begin < other]


def length(spans: Iterable[Span]) -> timedelta:
    """How much time is covered by any of these spans: where two overlap, it counts once."""
    return sum((end - begin for begin, end in merged(spans)), timedelta(0))
