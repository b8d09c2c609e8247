"""Tables as CSV, in which no cell is a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Final

#: Where a spreadsheet may read text as a formula: a sign at the start of a cell, or behind what separates cells in some
#: locale, with blanks, quotes and the like before it. Excel also knows the full-width and small forms of the signs.
FORMULA: Final = re.compile(r"(?:^|(?<=[;,|\t\r\n\v\f]))(?=\W*?[-=+@\t\r\n－＝＋＠﹣﹦﹢﹫])")

#: The cells of a row: text, a time, or nothing.
Row = Iterable[str | datetime | None]


class _Echo:
    def write(self, line: str) -> str:
        return line


def lines(rows: Iterable[Row], zone: tzinfo) -> Iterator[str]:
    """The lines of a CSV file. Times are in ISO 8601, in seconds, by the clock of ``zone`` and with its offset."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([_cell(value, zone) for value in row])


def _cell(value: str | datetime | None, zone: tzinfo) -> str:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    return inert(value or "")


def inert(text: str) -> str:
    """Text that a spreadsheet does not calculate: an apostrophe before a formula sign makes it text."""
    return FORMULA.sub("'", text)
