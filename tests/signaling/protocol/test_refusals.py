"""Refusals, and the close codes that follow them."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from signaling.protocol.refusals import CLOSES, STRIKING, Close, Code


def test_refusals_of_a_join_have_a_close_code() -> None:
    assert {code: close.value for code, close in CLOSES.items()} == {
        "full": 4403,
        "crowded": 4403,
        "devices": 4403,
        "wait": 4403,
        "banned": 4403,
        "closed": 4403,
        "expired": 4010,
        "busy": 4503,
        "flood": 4429,
    }
    assert STRIKING | set(CLOSES) | {"forbidden", "stranger"} == set(get_args(Code))


def test_the_close_codes_are_those_of_the_page() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "protocol.md").read_text()
    for close in Close:
        assert f"| {close.value} |" in page
