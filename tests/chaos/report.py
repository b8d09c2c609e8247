"""What was measured, as rows of the tables in docs/survival.md."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tests.chaos.cases import Result

SURVIVAL: Final = Path(__file__).parents[2] / "docs" / "survival.md"
WIDTH: Final = 100


def line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def write(table: str, new: str, order: Sequence[str], about: str) -> None:
    """Replace the row of the same fault in this table, before whose rows ``<!-- table -->`` stands, or add it."""
    head, mark, rest = SURVIVAL.read_text().partition(f"<!-- {table} -->\n")
    body, heading, tail = rest.partition("\n## ")
    rows = {_what(one): one for one in [*body.splitlines(), new] if one.startswith("| ")}
    lines = [rows[what] for what in order if what in rows]
    measured = textwrap.fill(f"Measured on {about}", WIDTH, break_long_words=False, break_on_hyphens=False)
    SURVIVAL.write_text(head + mark + "\n".join(lines) + f"\n\n{measured}\n" + heading + tail)


def _what(row: str) -> str:
    return row.removeprefix("| ").partition(" | ")[0]


def row(what: str, name: str, results: Sequence[Result], seats: int, seed: int) -> str:
    """One line of the table."""
    worst: Callable[[Callable[[Result], float]], float] = lambda figure: max(map(figure, results))  # noqa: E731
    failed = sum(bool(result.wrong or result.slow) for result in results)
    cells = [
        what,
        f"{len(results)} x {seats:,}",
        f"{sum(result.sockets for result in results):,}",
        f"{sum(result.closed for result in results):,}",
        f"{sum(result.leaves for result in results):,}",
        f"{worst(lambda result: result.resumed):.1f} s" if worst(lambda result: result.resumed) else "-",
        f"{worst(lambda result: result.unsettled):.1f} s",
        gap(results),
        besides(results),
        str(failed),
        f'`make chaos ARGS="{name} --times {len(results)} --seats {seats} --seed {seed}"`',
    ]
    return line(cells)


def gap(results: Sequence[Result]) -> str:
    """The longest time that browsers waited for media, the same before the fault, and how many packets were lost."""
    worst, usual = max(result.gap for result in results), max(result.usual for result in results)
    lost = sum(result.lost_packets for result in results)
    return f"{worst:.2f} s ({usual:.2f} s), {lost} lost" if worst else "-"


def besides(results: Sequence[Result]) -> str:
    """The worst value of each figure that only this fault has."""
    names = {name: None for result in results for name in result.figures}
    figures = [f"{name} {max(result.figures.get(name, 0) for result in results):.1f}" for name in names]
    return "; ".join(figures) or "-"
