"""What was measured, as a row of docs/survival.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bench import machine
from tests.chaos.cases import Result

SURVIVAL: Final = Path(__file__).parents[2] / "docs" / "survival.md"
ROWS: Final = "<!-- rows -->"


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
    return f"| {' | '.join(cells)} |"


def gap(results: Sequence[Result]) -> str:
    """The longest that browsers waited for media, and the longest before."""
    worst, usual = max(result.gap for result in results), max(result.usual for result in results)
    return f"{worst:.2f} s ({usual:.2f} s)" if worst else "-"


def besides(results: Sequence[Result]) -> str:
    """What only this fault is measured by, at its worst."""
    names = {name: None for result in results for name in result.figures}
    figures = [f"{name} {max(result.figures.get(name, 0) for result in results):.1f}" for name in names]
    return "; ".join(figures) or "-"


def write(what: str, line: str, order: Sequence[str]) -> None:
    """Put a row in the place of the one of the same fault."""
    head, _, tail = SURVIVAL.read_text().partition(ROWS)
    rows = {_what(old): old for old in tail.splitlines() if old.startswith("| ")} | {what: line}
    lines = [rows[one] for one in order if one in rows]
    about = machine.describe(("channels", "channels-redis", "daphne", "redis"), [machine.program("redis-server", "--version")])
    SURVIVAL.write_text(f"{head}{ROWS}\n" + "\n".join(lines) + f"\n\nMeasured on {about}\n")


def _what(line: str) -> str:
    return line.removeprefix("| ").partition(" | ")[0]
