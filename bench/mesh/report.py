"""Rows as Markdown, and their place in RESULTS.md."""

from __future__ import annotations

from collections.abc import Sequence

from bench.mesh.figures import Figures
from bench.mesh.scenarios import Comparison, Finding, Row
from bench.results import table

HEAD = (
    "people",
    "",
    "encoder ms/s",
    "sent kbit/s",
    "fps (least)",
    "lines",
    "freezes",
    "longest gap",
    "cores",
    "scripts",
    "main thread",
    "concealed",
)
ABOUT = """\
- *Plain mesh* is the same build in a page that cannot set parameters and has neither `RTCRtpScriptTransform` nor WebCodecs:
  one encoder per pair, 720p at up to 1.7 Mbit/s.
- Medians of people or of shown pictures. *Encoder* is the time of all encoders of a page; *sent* is sound and pictures, with
  headers and what is sent again; *fps* are new frames of a shown picture, without those that only repeat the last. *Freezes* are
  of all, also in a mean; *longest gap* is the longest wait in a fan-out; *cores* are those that all browsers use together;
  *scripts* and *main thread* are shares of a core, in processor time; *concealed* is sound that was made up.
- Where it says how many are *measured*, those are real pages, and the others are guests in one page (`bench/mesh/crowd`): pairs
  only with those who are measured, with a small picture and no microphone. What passes between the measured ones counts.
  Where it is one, a second real page looks on, and costs are the first's.
- One who is measured speaks all the time; the microphones of the others are on and silent, but for the guest's who speaks later.
- A tab is hidden by telling its page so: a headless browser hides none.
- All are Chromium but where it says Firefox. That takes the fallback, as Safari does: one encoder per pair, the same demands."""


def markdown(rows: Sequence[Row]) -> list[str]:
    comparisons = [row for row in rows if isinstance(row, Comparison)]
    findings = [row for row in rows if isinstance(row, Finding)]
    parts = [ABOUT]
    if comparisons:
        parts.append(table(HEAD, [line for row in comparisons for line in _lines(row)]))
    if findings:
        parts.append(
            table(("people", "plain mesh", "ours", "wanted"), [(one.what, one.plain, one.ours, one.wanted) for one in findings])
        )
    return parts


def _lines(row: Comparison) -> list[list[str]]:
    plain, ours = row.plain, row.ours
    ratios = [_ratio(ours.encoder, plain.encoder), _ratio(ours.sent, plain.sent), _ratio(ours.rate, plain.rate)]
    rest = [_ratio(ours.height, plain.height), "", "", _ratio(ours.cpu, plain.cpu), "", "", ""]
    wanted = f"ours / plain (wanted: {row.wanted})"
    return [[row.what, "plain mesh", *_cells(plain)], ["", "ours", *_cells(ours)], ["", wanted, *ratios, *rest]]


def _cells(one: Figures) -> list[str]:
    return [
        f"{one.encoder:.0f}",
        f"{one.sent:.0f}",
        f"{one.rate:.1f} ({one.least:.1f})",
        f"{one.height:.0f}",
        f"{one.freezes:.0f}",
        f"{one.gap:.0f} ms",
        f"{one.cpu:.2f}",
        f"{one.script:.1%}",
        f"{one.task:.1%}",
        f"{one.concealed:.2%}",
    ]


def _ratio(ours: float, plain: float) -> str:
    return f"**{ours / plain:.2f}**" if plain else "-"
