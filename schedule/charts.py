"""What is drawn where in the charts of reports, for SVG.

Coordinates are texts: templates would write numbers in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rooms.spans import Span

#: The size of a chart of bars, without units.
WIDTH: Final = 1000
HEIGHT: Final = 200
#: What of the place of a bar is drawn.
_FULL: Final = 0.8
_WIDEST: Final = 80.0


@dataclass(frozen=True)
class Bar:
    x: str
    y: str
    width: str
    height: str
    title: str


def bars(values: Sequence[tuple[float, str]], most: float) -> list[Bar]:
    """Standing bars, one for each value with its title, as high as it is of ``most``. Without values there are none."""
    place = WIDTH / len(values) if values else 0
    width = min(place * _FULL, _WIDEST)
    return [
        Bar(
            x=_text(number * place + (place - width) / 2),
            y=_text(HEIGHT - _height(value, most)),
            width=_text(width),
            height=_text(_height(value, most)),
            title=title,
        )
        for number, (value, title) in enumerate(values)
    ]


def _height(value: float, most: float) -> float:
    return HEIGHT * min(1.0, value / most) if most > 0 else 0


def line(stays: Iterable[Span], begin: datetime, end: datetime) -> list[tuple[str, str]]:
    """Where each of these spans is on a line from ``begin`` to ``end``, and how wide: in per cent, half a one at least."""
    whole = (end - begin).total_seconds()
    if whole <= 0:
        return [("0", "100")]
    parts = [((one - begin).total_seconds() / whole, (other - one).total_seconds() / whole) for one, other in stays]
    return [(_text(min(99.5, 100 * x)), _text(max(0.5, 100 * width))) for x, width in parts]


def _text(number: float) -> str:
    return f"{number:.2f}"
