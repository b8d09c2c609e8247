"""Olga runs the server."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from embedding.models import Site
from rooms.models import Room
from tests.conference.test_headers import policy
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db

PAGE = "/admin/embedding/site/try/"


@pytest.fixture
def olgas(alices: Client) -> Client:
    User.objects.filter(display_name="Alice").update(is_staff=True, is_superuser=True)
    return alices


@pytest.fixture
def room() -> Room:
    return make_room(name='Physics "3" <b>')


def test_olga_allows_a_site(olgas: Client, room: Room) -> None:
    assert PAGE in olgas.get("/admin/embedding/site/").content.decode()
    form = {"origin": "HTTPS://courses.example/", "room": room.pk}
    assert olgas.post("/admin/embedding/site/add/", form).status_code == 302
    assert (Site.objects.get().origin, Site.objects.get().room) == ("https://courses.example", room)
    refused = olgas.post("/admin/embedding/site/add/", {"origin": "http://courses.example", "room": ""})
    assert (refused.status_code, Site.objects.count()) == (200, 1)
    assert "Enter the address of a site with https" in refused.content.decode()


def test_she_tries_it_out(olgas: Client, room: Room) -> None:
    Site.objects.create(origin="https://courses.example")
    page = olgas.get(PAGE, {"code": f"http://testserver/{room.slug}"})
    text = page.content.decode()
    assert "https://courses.example" in text
    assert f'data-url="http://testserver/{room.slug}"' in text
    assert "ConferenceCall(document.getElementById(&quot;meeting&quot;)" in text
    assert "<b>" not in text
    csp = policy(page["Content-Security-Policy"])
    assert (csp["frame-src"].strip(), csp["script-src"].strip()) == ("'self'", "'self'")
    assert page["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(("code", "problem"), [("zzz-zzzz-zzz", "There is no such room."), ("x", "A code has ten letters")])
def test_mistakes_are_said(olgas: Client, code: str, problem: str) -> None:
    page = olgas.get(PAGE, {"code": code})
    assert (page.status_code, problem in page.content.decode()) == (200, True)
    assert olgas.get(PAGE).status_code == 200


def test_it_is_for_those_who_may_see_sites(alice: User, alices: Client, room: Room) -> None:
    assert alices.get(PAGE).status_code == 302
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    assert alices.get(PAGE, {"code": room.slug}).status_code == 403
    alice.user_permissions.add(Permission.objects.get(codename="view_site", content_type__app_label="embedding"))
    assert alices.get(PAGE, {"code": room.slug}).status_code == 200
