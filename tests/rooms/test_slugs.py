from __future__ import annotations

import re
from itertools import cycle

import pytest

from rooms import slugs


def test_it_works() -> None:
    assert re.fullmatch(slugs.PATTERN, slugs.make())


def test_what_is_made_fits() -> None:
    assert slugs.fits(slugs.make())
    assert not slugs.fits("abc-defg-hij\n")
    assert not slugs.fits("ABC-DEFG-HIJ")


def test_letters_come_from_the_source_of_chance() -> None:
    letters = cycle("abcdefghij")
    assert slugs.make(lambda _: next(letters)) == "abc-defg-hij"


def test_two_are_never_alike() -> None:
    assert len({slugs.make() for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "typed",
    [
        "abc-defg-hij",
        "  ABC-DEFG-HIJ ",
        "abcdefghij",
        "abc defg hij",
        "https://meet.example.org/abc-defg-hij",
        "https://meet.example.org/abc-defg-hij/?x=1#y",
        "meet.example.org/abc-defg-hij",
        "/abc-defg-hij",
        "abc–defg—hij",
        "abc‑defg−hij",
        "abc_defg_hij",
        "abc-defg-hij.",
        "(abc-defg-hij)",
        "<https://meet.example.org/abc-defg-hij>",
        "https://meet.example.org/abc-defg-hij/).",
        "“abc-defg-hij”,",
        "abc-defg-hij\u200b\n",
        "ａｂｃ－ｄｅｆｇ－ｈｉｊ",
    ],
)
def test_what_people_type_is_understood(typed: str) -> None:
    assert slugs.read(typed) == "abc-defg-hij"


@pytest.mark.parametrize(
    "typed", ["", "-", "abc-defg-hi", "abc-defg-hijk", "abc-defg-hi1", "äbc-defg-hij", "https://[", "https://meet.example.org/"]
)
def test_anything_else_is_no_slug(typed: str) -> None:
    assert slugs.read(typed) is None
