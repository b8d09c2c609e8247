"""Names as they are shown to others."""

from __future__ import annotations

import json

import pytest

from signaling.protocol.frames import parse
from signaling.protocol.messages import Join
from signaling.protocol.texts import check_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Alice", "Alice"),
        ("  Alice  ", "Alice"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("é" * 64, "é" * 64),
        ("e\u0301" * 64, "é" * 64),
        ("مريم", "مريم"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("<b>Bob</b>", "<b>Bob</b>"),
        ("이지은", "이지은"),
        ("हिन्दी", "हिन्दी"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",) * 2,
    ],
)
def test_a_name_is_shown_composed_and_without_surrounding_space(name: str, shown: str) -> None:
    assert check_name(name) == shown
    assert check_name(shown) == shown
    assert parse(json.dumps([{"type": "join", "name": name}])) == [Join(name=shown)]


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "\u200b",
        "\u3000",
        "\u0301",
        "a" * 65,
        "a\x00b",
        "a\x7fb",
        "a\x9fb",
        "a\tb",
        "a\u2029b",
        "\ud800",
        "a" * 100_000,
        "\u0903",
        *"\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u2065\u206f\u2800\u3164\ufe0f\ufeff\uffa0\ufff0",
        *"\U0001bca0\U0001d173\U000e0000\U000e0001\U000e0041\U000e0100\U000e0fff",
        "\u3164 \u2800\u200d\u0301\U000e0041",
        *(f"a{mark}b" for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
    ],
)
def test_a_name_that_deceives_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        check_name(name)
