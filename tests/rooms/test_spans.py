from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rooms import spans
from rooms.spans import Span

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)


def span(begin: float, end: float) -> Span:
    return NINE + timedelta(minutes=begin), NINE + timedelta(minutes=end)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], []),
        ([(0, 5)], [(0, 5)]),
        ([(6, 9), (0, 5)], [(0, 5), (6, 9)]),
        ([(0, 5), (3, 9)], [(0, 9)]),
        ([(0, 9), (3, 5)], [(0, 9)]),
        ([(0, 5), (5, 9)], [(0, 9)]),
        ([(0, 0), (0, 0)], [(0, 0)]),
        ([(5, 0)], []),
    ],
)
def test_spans_are_joined(given: list[tuple[float, float]], found: list[tuple[float, float]]) -> None:
    assert spans.merged(span(*one) for one in given) == [span(*one) for one in found]


def test_time_that_two_spans_share_counts_once() -> None:
    assert spans.length([span(0, 5), span(3, 9), span(20, 21)]) == timedelta(minutes=10)
    assert spans.length([]) == timedelta(0)


def test_what_lies_between_two_times() -> None:
    assert spans.within([span(0, 5), span(8, 9), span(20, 30)], *span(3, 25)) == [span(3, 5), span(8, 9), span(20, 25)]
    assert spans.within([span(0, 3), span(25, 30)], *span(3, 25)) == []
