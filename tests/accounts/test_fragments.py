from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from accounts.fragments import fragment, reader

NOON = datetime(2026, 12, 7, 12, tzinfo=UTC)


def shown(**facts: object) -> str:
    return fragment("rooms/time.html", reader(), **{"time": NOON, "style": "", **facts})


def test_each_reader_has_their_language_and_their_zone() -> None:
    texts = []
    for language, zone in (("en", "UTC"), ("de", "UTC"), ("en", "Asia/Kolkata"), ("en", "UTC")):
        with translation.override(language), timezone.override(ZoneInfo(zone)):
            texts.append(shown())
    assert "Dec. 7, 2026 12:00" in texts[0] and "7. Dezember 2026 12:00" in texts[1] and "17:30" in texts[2]
    assert texts[3] == texts[0]


def test_a_fragment_is_rendered_once_for_the_same_facts() -> None:
    first = shown(style="once")
    before = fragment.cache_info()
    assert shown(style="once") is first
    assert shown(style="once", time=datetime(2026, 12, 8, 12, tzinfo=UTC)) != first
    after = fragment.cache_info()
    assert (after.hits - before.hits, after.misses - before.misses) == (1, 1)


def test_what_somebody_typed_is_escaped() -> None:
    assert "<script>" not in shown(style='"><script>')
