from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from accounts.names import isolated


@pytest.mark.parametrize("name", ["محمد علي", "דנה", "Room שלום 2"], ids=["arabic", "hebrew", "mixed"])
def test_a_name_from_right_to_left_is_apart_in_a_sentence(name: str) -> None:
    assert isolated(name) == f"\u2068{name}\u2069"


@pytest.mark.parametrize(
    "name", ["Alice", "Ålice 2", "Алиса", "", "3 (room)"], ids=["latin", "accent", "cyrillic", "empty", "number"]
)
def test_other_names_stay_as_they_are(name: str) -> None:
    assert isolated(name) == name


def test_a_mail_begins_in_its_own_direction() -> None:
    facts = {"what": "invitation", "person": "محمد", "host": "example.org", "address": "carol@example.org", "title": "Lesson"}
    assert render_to_string("schedule/mail/meeting.txt", facts).startswith("“\u2068محمد\u2069” invites you to a meeting.")
