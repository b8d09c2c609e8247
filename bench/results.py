"""Figures are appended to RESULTS.md, newest last, each with its machine and date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def section(title: str, machine: str, *parts: str) -> str:
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return "\n\n".join([f"## {title}, {stamp}", machine, *parts]) + "\n"


def append(title: str, machine: str, *parts: str) -> None:
    """Add one section, and print it. The file begins with what it is about."""
    new = section(title, machine, *parts)
    with RESULTS.open("a") as file:
        file.write("\n" + new)
    print(new)


def replace(mark: str, title: str, machine: str, *parts: str) -> None:
    """Put a section between ``<!-- mark -->`` and ``<!-- /mark -->``, and print it. Raises ValueError where these are not."""
    new = section(title, machine, *parts)
    head, opening, rest = RESULTS.read_text().partition(f"<!-- {mark} -->\n")
    _, closing, tail = rest.partition(f"<!-- /{mark} -->")
    if not closing:
        raise ValueError(f"no place for {mark} in {RESULTS.name}")
    RESULTS.write_text(head + opening + new + closing + tail)
    print(new)
