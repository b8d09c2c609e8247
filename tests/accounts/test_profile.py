from __future__ import annotations

from django.test import Client

from accounts.models import User


def test_bob_changes_his_name(bobs: Client, bob: User) -> None:
    assert bobs.post("/profile", {"display_name": "  Bobby ", "time_zone": "UTC"}).status_code == 302
    bob.refresh_from_db()
    assert bob.display_name == "Bobby"


def test_a_refused_name_stays_in_the_form_only(bobs: Client, bob: User) -> None:
    html = bobs.post("/profile", {"display_name": "B\u202eob", "time_zone": "UTC"}).content.decode()
    assert "visible characters" in html
    bob.refresh_from_db()
    assert bob.display_name == "Bob"


def test_a_name_is_text(bobs: Client, bob: User) -> None:
    bobs.post("/profile", {"display_name": "<b>Bob</b>", "time_zone": "UTC"})
    html = bobs.get("/profile").content.decode()
    assert "<b>Bob</b>" not in html and "&lt;b&gt;Bob&lt;/b&gt;" in html


def test_a_stranger_signs_in_first(client: Client, db: None) -> None:
    response = client.get("/profile")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/profile")
