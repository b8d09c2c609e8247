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


def append(title: str, machine: str, *parts: str) -> None:
    """Add one section, and print it. The file begins with what it is about."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    section = "\n\n".join([f"## {title}, {stamp}", machine, *parts]) + "\n"
    with RESULTS.open("a") as file:
        file.write("\n" + section)
    print(section)
