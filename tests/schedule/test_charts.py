from __future__ import annotations

from datetime import UTC, datetime, timedelta

from schedule import charts

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)


def minutes(count: float) -> datetime:
    return NINE + timedelta(minutes=count)


def test_a_bar_is_as_high_as_its_value() -> None:
    one, other = charts.bars([(5, "Monday: 5"), (10, "Tuesday: 10")], 10)
    assert (one.y, one.height, one.title) == ("100.00", "100.00", "Monday: 5")
    assert (other.y, other.height) == ("0.00", "200.00")
    assert float(one.x) + float(one.width) < float(other.x)


def test_many_bars_fit() -> None:
    bars = charts.bars([(1, "")] * 366, 1)
    assert float(bars[-1].x) + float(bars[-1].width) <= charts.WIDTH


def test_without_values_there_are_no_bars_and_nothing_is_no_height() -> None:
    assert charts.bars([], 0) == []
    assert [bar.height for bar in charts.bars([(0, ""), (0, "")], 0)] == ["0.00", "0.00"]


def test_a_line_shows_when_somebody_was_there() -> None:
    stays = [(minutes(0), minutes(15)), (minutes(30), minutes(60))]
    assert charts.line(stays, minutes(0), minutes(60)) == [("0.00", "25.00"), ("50.00", "50.00")]


def test_a_moment_can_be_seen() -> None:
    assert charts.line([(minutes(60), minutes(60))], minutes(0), minutes(60)) == [("99.50", "0.50")]
    assert charts.line([(NINE, NINE)], NINE, NINE) == [("0", "100")]
