"""The courses of a school show Alice's room in a frame; Mallory's site does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db.models.functions import Now
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from embedding.models import Site
from rooms import commands, join_links, sockets
from rooms.actors import actor
from rooms.models import Ban, JoinLink, Room
from signaling.ports import RoomUnavailable
from tests.conference.test_headers import policy
from tests.rooms.scenes import make_room
from tests.rooms.test_room import room_data

pytestmark = pytest.mark.django_db

COURSES, CLUB, EVIL = "https://courses.example", "https://club.example", "https://evil.example"


@pytest.fixture(autouse=True)
def courses(db: None) -> Site:
    return Site.objects.create(origin=COURSES)


@pytest.fixture
def room(alice: User) -> Room:
    return make_room(alice)


def link_of(room: Room, role: JoinLink.Role = JoinLink.Role.MEMBER, language: str = "") -> str:
    by = actor(User.objects.get(display_name="Alice"), "owner")
    link = commands.vouch(by, room, "Dave", role, life=timedelta(hours=1), language=language)
    return f"/embed/join/{join_links.token(link)}"


def ancestors(page: Any) -> list[str]:
    """Where browsers show the answer in a frame."""
    found = policy(page["Content-Security-Policy"])["frame-ancestors"].split()
    assert page.get("X-Frame-Options") == ("DENY" if found == ["'none'"] else None)
    return found


def joins(data: dict[str, Any]) -> str:
    """What the script of the page sends."""
    return f"frame-guest={data['frame']['guest']}; frame-grant={data['frame']['grant']}"


def test_the_page_of_a_room_for_the_courses(room: Room, client: Client) -> None:
    page = client.get(f"/embed/{room.slug}?site={COURSES}")
    assert (page.status_code, ancestors(page)) == (200, ["'self'", COURSES])
    data = room_data(page)
    assert (data["guest"], data["role"], data["admission"], data["urls"]) == (True, "guest", "enter", {})
    assert data["frame"]["site"] == COURSES
    assert sockets.find(room.slug, joins(data), "192.0.2.7").role == "guest"
    assert "no-store" in page["Cache-Control"]


def test_without_the_script_every_site_that_may_show_the_room_does(room: Room, client: Client) -> None:
    Site.objects.create(origin=CLUB, room=room)
    Site.objects.create(origin="https://elsewhere.example", room=make_room())
    page = client.get(f"/embed/{room.slug}")
    assert ancestors(page) == ["'self'", CLUB, COURSES]
    assert room_data(page)["frame"]["site"] == ""


@pytest.mark.parametrize("site", [EVIL, "null", "*", f"{COURSES}/", f"{COURSES} {EVIL}", "https://courses.example.evil.example"])
def test_a_site_that_may_not_is_refused_by_the_browser(room: Room, client: Client, site: str) -> None:
    page = client.get(f"/embed/{room.slug}", {"site": site})
    assert (page.status_code, ancestors(page)) == (403, ["'none'"])
    assert b"room-data" not in page.content


def test_a_site_of_one_room_may_not_show_another(room: Room, client: Client) -> None:
    Site.objects.create(origin=CLUB, room=room)
    assert client.get(f"/embed/{room.slug}?site={CLUB}").status_code == 200
    assert client.get(f"/embed/{make_room().slug}?site={CLUB}").status_code == 403


def test_where_no_site_is_allowed_only_our_own_pages_show_it(room: Room, client: Client) -> None:
    Site.objects.all().delete()
    assert ancestors(client.get(f"/embed/{room.slug}")) == ["'self'"]
    assert ancestors(client.get(f"/embed/{room.slug}?site=http://testserver")) == ["'self'"]
    assert client.get(f"/embed/{room.slug}?site={COURSES}").status_code == 403


def test_other_pages_stay_out_of_frames(room: Room, alices: Client) -> None:
    for path in ("/", f"/{room.slug}", f"/{room.slug}/settings", link_of(room).removeprefix("/embed"), "/accounts/login/"):
        assert ancestors(alices.get(path)) == ["'none'"], path


def test_the_page_neither_looks_at_cookies_nor_sets_any(room: Room, alices: Client) -> None:
    before = {name: cookie.value for name, cookie in alices.cookies.items()}
    for path in (f"/embed/{room.slug}", link_of(room), "/embed/zzz-zzzz-zzz", "/embed/join/x"):
        page = alices.get(path)
        assert not page.cookies.output(), path
        assert b"csrfmiddlewaretoken" not in page.content, path
    data = room_data(alices.get(f"/embed/{room.slug}"))
    assert (data["person"], data["role"]) == ("", "guest")
    assert {name: cookie.value for name, cookie in alices.cookies.items()} == before
    assert alices.get("/profile").status_code == 200


def test_no_link_leads_the_frame_to_a_page_that_is_not_for_frames(room: Room, client: Client) -> None:
    for path in (f"/embed/{room.slug}", link_of(room, JoinLink.Role.HOST)):
        page = client.get(path).content.decode()
        assert 'href="/"' not in page
        assert "/accounts/login/" not in page
        assert "/lock" not in page and "/lobby" not in page and f"/{room.slug}/guests" not in page


def test_outside_a_frame_it_is_the_ordinary_page(room: Room, client: Client) -> None:
    top = {"Sec-Fetch-Dest": "document"}
    assert client.get(f"/embed/{room.slug}", headers=top)["Location"] == f"/{room.slug}"
    link = link_of(room)
    assert client.get(link, headers=top)["Location"] == link.removeprefix("/embed")
    assert client.get(link, headers={"Sec-Fetch-Dest": "iframe"}).status_code == 200


def test_a_join_link_opens_a_room_for_members(alice: User, client: Client) -> None:
    room = make_room(alice, access="members", passcode="open sesame", locked=True)
    assert client.get(f"/embed/{room.slug}").status_code == 404
    page = client.get(f"{link_of(room)}?site={COURSES}")
    data = room_data(page)
    assert (ancestors(page), data["person"], data["role"], data["admission"]) == (["'self'", COURSES], "Dave", "member", "enter")
    assert not JoinLink.objects.used().exists()
    assert sockets.find(room.slug, joins(data), "192.0.2.7").person == "Dave"


def test_a_link_for_a_guest_asks_for_the_passcode(alice: User, client: Client) -> None:
    room = make_room(alice, passcode="open sesame")
    link = link_of(room, JoinLink.Role.GUEST)
    form = client.get(f"{link}?site={COURSES}")
    assert f'action="{link}/passcode?site={COURSES}"' in form.content.decode()
    assert ancestors(form) == ["'self'", COURSES]
    wrong = client.post(f"{link}/passcode?site={COURSES}", {"passcode": "close sesame"})
    assert (wrong.status_code, ancestors(wrong)) == (422, ["'self'", COURSES])
    data = room_data(client.post(f"{link}/passcode?site={COURSES}", {"passcode": "open sesame"}))
    assert (data["person"], data["admission"], data["frame"]["site"]) == ("Dave", "enter", COURSES)
    assert sockets.find(room.slug, joins(data), "192.0.2.7").person == "Dave"


def test_a_passcode_is_given_without_cookies(alice: User, settings: Settings) -> None:
    room, client = make_room(alice, passcode="open sesame"), Client(enforce_csrf_checks=True)
    page = client.post(f"/embed/{room.slug}/passcode", {"passcode": "open sesame"}, headers={"origin": COURSES})
    assert (page.status_code, page.cookies.output(), Session.objects.exists()) == (200, "", False)
    assert sockets.find(room.slug, joins(room_data(page)), "192.0.2.7").slug == room.slug
    settings.PASSCODE_FAILURES_PER_ADDRESS = 2
    elsewhere = client.post(f"/embed/{room.slug}", {"passcode": "open sesame"})
    assert b'name="passcode"' in elsewhere.content, "only the address with places for hashing takes it"
    answers = [client.post(f"/embed/{room.slug}/passcode", {"passcode": "wrong"}).status_code for _ in range(3)]
    assert answers == [422, 422, 429]


@pytest.mark.parametrize(("token", "status"), [("x", 404), ("MQ:1abc:forged", 404), ("%F0%9F%90%88", 404), ("a" * 3000, 404)])
def test_a_link_that_is_none_says_so_in_the_frame(client: Client, token: str, status: int) -> None:
    page = client.get(f"/embed/join/{token}")
    assert (page.status_code, ancestors(page)) == (status, ["'self'", COURSES])


def test_an_old_link_says_so_in_the_frame(room: Room, client: Client) -> None:
    link = link_of(room)
    JoinLink.objects.update(expires_at=Now() - timedelta(seconds=1))
    page = client.get(link)
    assert (page.status_code, ancestors(page)) == (410, ["'self'", COURSES])
    JoinLink.objects.all().delete()
    assert client.get(link).status_code == 410


def test_rooms_that_are_forbidden_look_like_unknown_ones(alice: User, client: Client) -> None:
    hidden, signed_in = make_room(alice, access="members"), make_room(alice, access="signed_in")
    pages = [client.get(f"/embed/{slug}") for slug in (hidden.slug, signed_in.slug, "zzz-zzzz-zzz")]
    assert {(page.status_code, page["Content-Security-Policy"].partition("nonce")[0]) for page in pages} == {
        (404, pages[0]["Content-Security-Policy"].partition("nonce")[0])
    }
    assert len({page.content for page in pages}) == 1
    assert all(b"This meeting cannot be entered" in page.content for page in pages)


def test_guesses_are_counted(client: Client, settings: Settings) -> None:
    settings.MISSES_PER_ADDRESS = 2
    answers = [client.get("/embed/zzz-zzzz-zzz").status_code for _ in range(4)]
    assert answers[:2] == [404, 404] and answers[-1] == 429


def test_new_guests_are_counted(room: Room, client: Client, settings: Settings) -> None:
    settings.GUESTS_PER_ADDRESS = 2
    answers = [client.get(f"/embed/{room.slug}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert ancestors(answers[-1]) == ["'self'", COURSES]


def test_a_ban_holds_over_another_link(alice: User, client: Client) -> None:
    room = make_room(alice, access="members")
    first = room_data(client.get(link_of(room)))
    dave = sockets.find(room.slug, joins(first), "192.0.2.7").identity.removeprefix("guest:")
    Ban.objects.create(room=room, guest=dave, name="Dave")
    second = room_data(client.get(link_of(room)))
    second["frame"]["guest"] = first["frame"]["guest"]
    with pytest.raises(RoomUnavailable):
        sockets.find(room.slug, joins(second), "192.0.2.7")


def test_the_language_follows(room: Room, client: Client, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    page = client.get(link_of(room, language="de")).content.decode()
    assert '<html lang="de"' in page
