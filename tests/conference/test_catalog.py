from __future__ import annotations

from pathlib import Path

from django.test import override_settings

from conference.catalog import catalog
from tests.catalogs import german


def test_messages_and_plural_forms_in_order(tmp_path: Path) -> None:
    people = ("%(count)s person", "%(count)s people")
    german(tmp_path, "djangojs", {people: ("%(count)s Person", "%(count)s Personen"), "Leave": "Verlassen"})
    catalog.cache_clear()
    with override_settings(LOCALE_PATHS=[tmp_path]):
        assert catalog("de") == {
            "Leave": "Verlassen",
            "%(count)s person": ["%(count)s Person", "%(count)s Personen"],
        }


def test_a_language_without_messages_has_none(tmp_path: Path) -> None:
    catalog.cache_clear()
    with override_settings(LOCALE_PATHS=[tmp_path]):
        assert catalog("en") == {}
