from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_code_leads_to_its_room(client: Client) -> None:
    answer = client.get("/join", {"code": "ABC DEFG HIJ"})
    assert answer.status_code == 302
    assert answer["Location"] == "/abc-defg-hij"


def test_a_whole_link_will_do(client: Client) -> None:
    answer = client.get("/join", {"code": "https://elsewhere.example/abc-defg-hij"})
    assert answer["Location"] == "/abc-defg-hij"


def test_the_form_is_empty_at_first(client: Client) -> None:
    page = client.get("/join")
    assert page.status_code == 200
    assert b"aria-invalid" not in page.content


def test_what_was_typed_is_kept_and_corrected(client: Client) -> None:
    page = client.get("/join", {"code": "abc-def"})
    assert page.status_code == 422
    assert b'value="abc-def"' in page.content
    assert b"A code has ten letters" in page.content


def test_what_mallory_typed_is_not_shown_to_bob(client: Client, bobs: Client) -> None:
    blank = bobs.get("/join").content
    assert client.get("/join", {"code": "abc-def"}).status_code == 422
    page = bobs.get("/join").content
    for shown in (blank, page, bobs.get("/").content):
        assert b'name="code"' in shown and b'abc-def"' not in shown and b"A code has ten letters" not in shown
