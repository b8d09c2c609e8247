from __future__ import annotations

import gzip
import re

import pytest
from django.test import Client

from accounts.models import User
from tests.rooms.scenes import make_room


def policy(value: str) -> dict[str, str]:
    return dict((directive.strip() + " ").split(" ", 1) for directive in value.split(";"))


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/setup/abc", "/nowhere/at/all"]
)
def test_every_page_is_strict(client: Client, db: None, path: str) -> None:
    response = client.get(path)
    csp = policy(response["Content-Security-Policy"])
    assert csp["default-src"].strip() == "'none'"
    assert csp["frame-ancestors"].strip() == "'none'"
    assert csp["require-trusted-types-for"].strip() == "'script'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=(self)" in response["Permissions-Policy"]
    assert "geolocation=()" in response["Permissions-Policy"]
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


def test_only_the_page_of_a_room_has_frames_and_only_of_files_that_are_there(alice: User, client: Client) -> None:
    client.force_login(alice)
    room = policy(client.get(f"/{make_room(alice).slug}")["Content-Security-Policy"])
    assert (room["frame-src"].strip(), room["object-src"].strip(), room["default-src"].strip()) == ("blob:", "'none'", "'none'")
    assert "frame-src" not in policy(client.get("/")["Content-Security-Policy"])


def test_no_cache_keeps_what_is_alices(alice: User, client: Client) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    client.force_login(alice)
    room = make_room(alice)
    pages = ("", "people", "settings", "history", "history.csv", "invite", "qr.svg", "ice", "elsewhere", "delete")
    paths = ["/", "/new", "/join", "/profile", "/accounts/email/", "/accounts/2fa/", "/admin/", "/admin/jsi18n/", "/nowhere"]
    for path in [*paths, *(f"/{room.slug}/{page}".rstrip("/") for page in pages), f"/{room.slug.upper()}/"]:
        answer = client.get(path)
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", ")), (path, answer.status_code)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/nowhere/at/all"])
def test_no_page_has_script_or_style_inline(client: Client, db: None, path: str) -> None:
    html = client.get(path).content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    assert all("src=" in tag or "application/json" in tag or "nonce=" in tag for tag in re.findall(r"<script[^>]*>", html))


def test_the_admin_keeps_its_jquery(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    client.force_login(alice)
    for path in ("/admin/", "/admin/accounts/user/"):
        csp = policy(client.get(path)["Content-Security-Policy"])
        assert "require-trusted-types-for" not in csp and "trusted-types" not in csp
        assert csp["script-src"].strip() == "'self'"


def test_a_form_from_another_site_is_refused(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    token = client.cookies["csrf"].value
    form = {"csrfmiddlewaretoken": token, "login": "alice@example.org", "password": "x"}
    refused = client.post("/accounts/login/", form, headers={"origin": "https://evil.example"})
    assert refused.status_code == 403
    assert b"Please try again" in refused.content
    assert client.post("/accounts/login/", form, headers={"origin": "null"}).status_code == 403
    assert client.post("/accounts/login/", form, headers={"origin": "http://testserver"}).status_code == 200


def test_a_form_over_https_needs_only_its_origin(db: None, settings: object) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/", secure=True)
    form = {"csrfmiddlewaretoken": client.cookies["csrf"].value, "login": "alice@example.org", "password": "x"}
    answer = client.post("/accounts/login/", form, secure=True, headers={"origin": "https://testserver"})
    assert answer.status_code == 200


def test_an_unknown_host_is_turned_away_in_words(client: Client, db: None) -> None:
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert b"makes no sense here" in response.content


def test_pages_are_compressed(client: Client, db: None) -> None:
    page = client.get("/accounts/login/", headers={"accept-encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    assert b"<h1>" in gzip.decompress(page.content)
