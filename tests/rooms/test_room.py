from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from rooms import guests, misses
from rooms.models import Ban, Room
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db

UNKNOWN = "/zzz-zzzz-zzz"


def room_data(page: Any) -> dict[str, Any]:
    found = re.search(rb'<script id="room-data" type="application/json">(.*?)</script>', page.content)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_alice_enters_her_room(alice: User, alices: Client) -> None:
    room = make_room(alice)
    page = alices.get(f"/{room.slug}")
    assert page.status_code == 200
    assert room_data(page) == {
        "slug": room.slug,
        "name": "Weekly",
        "link": f"http://testserver/{room.slug}",
        "socket": f"ws://testserver/socket/{room.slug}",
        "person": "Alice",
        "guest": False,
        "role": "owner",
        "admission": "enter",
        "locked": False,
        "capacity": 8,
        "urls": {
            "leave": "/",
            "qr": f"/{room.slug}/qr.svg",
            "ice": f"/{room.slug}/ice",
            "elsewhere": f"/{room.slug}/elsewhere",
            "invite": f"/{room.slug}/invite",
            "people": f"/{room.slug}/people",
            "settings": f"/{room.slug}/settings",
        },
    }


def test_over_https_the_socket_is_too(alice: User, alices: Client) -> None:
    room = make_room(alice)
    assert room_data(alices.get(f"/{room.slug}", secure=True))["socket"] == f"wss://testserver/socket/{room.slug}"


def test_bob_is_a_member_without_settings(bob: User, bobs: Client) -> None:
    data = room_data(bobs.get(f"/{make_room(member=bob, access='members', locked=True).slug}"))
    assert (data["role"], data["admission"]) == ("member", "enter")
    assert "settings" not in data["urls"]


def test_carol_knocks(carols: Client) -> None:
    data = room_data(carols.get(f"/{make_room(locked=True).slug}"))
    assert (data["admission"], data["locked"], data["role"]) == ("knock", True, "guest")


def test_a_guest_gets_an_id_that_stays(client: Client) -> None:
    room = make_room()
    data = room_data(client.get(f"/{room.slug}"))
    assert (data["person"], data["guest"], set(data["urls"])) == ("", True, {"leave", "qr", "ice", "elsewhere"})
    guest = guests.find(kept(client), client.session)
    assert guest
    client.get(f"/{room.slug}")
    assert guests.find(kept(client), client.session) == guest


WRITTEN = ["{0}/", "{1}", "{1}/", "{2}", "{2}.", "{3}", "{0}.", "{0})", "{0}).", "({0}", "{0}>", "{0},", "{0}”", "{4}", " {0} "]


@pytest.mark.parametrize("written", WRITTEN)
def test_a_link_as_people_write_it_leads_to_the_room(client: Client, written: str) -> None:
    slug = make_room().slug
    upper, bare, dashes, spaces = slug.upper(), slug.replace("-", ""), slug.replace("-", "\u2013"), slug.replace("-", " ")
    path = quote(f"/{written.format(slug, upper, bare, dashes, spaces)}")
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/{slug}")
    assert client.head(path).status_code == 302
    assert client.post(path).status_code == 405


def test_a_link_as_people_write_it_tells_nothing_and_counts_once(client: Client) -> None:
    for _ in range(misses.PER_PERSON):
        assert client.get("/ZZZ-ZZZZ-ZZZ.")["Location"] == "/zzz-zzzz-zzz"
    assert client.get(f"/{make_room().slug}").status_code == 200


def test_other_paths_stay_what_they_are(client: Client) -> None:
    for path in ("/accounts/login", "/admin"):
        assert client.get(path)["Location"] == f"{path}/"
    for path in ("/abcdefghi", "/abcdefghijk", "/abc-defg-hi1", "/abc-defg-hij/nothing", "/socket/abc-defg-hij"):
        assert client.get(path).status_code == 404


def test_a_passcode_comes_first(client: Client) -> None:
    room = make_room(passcode="open sesame")
    answer = client.get(f"/{room.slug}")
    assert (answer.status_code, answer["Location"]) == (302, f"/{room.slug}/passcode")
    assert not answer.cookies


def kept(client: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items()}


def plain(page: Any) -> tuple[int, bytes, dict[str, str]]:
    """An answer without its random parts: nonces, CSRF masks."""
    content = re.sub(rb'(nonce|value)="[^"]*"', b"", page.content)
    headers = {name: re.sub(r"nonce-[^']+", "nonce", value) for name, value in page.headers.items()}
    return page.status_code, content, headers


@pytest.fixture
def forbidden(mallory: User) -> list[str]:
    hidden, banned = make_room(access="members"), make_room()
    Ban.objects.create(room=banned, user=mallory, name="Mallory")
    deleted = make_room()
    deleted.delete()
    return [f"/{room.slug}" for room in (hidden, banned, deleted)]


@pytest.mark.parametrize(
    "page", ["", "/passcode", "/qr.svg", "/settings", "/people", "/invite", "/history", "/history.csv", "/delete"]
)
def test_mallory_cannot_tell_forbidden_from_unknown(mallorys: Client, forbidden: list[str], page: str) -> None:
    mallorys.get(UNKNOWN)
    unknown = plain(mallorys.get(UNKNOWN + page))
    assert unknown[0] == 404
    for slug in forbidden:
        assert plain(mallorys.get(slug + page)) == unknown


def test_a_visitor_is_sent_to_log_in_whatever_there_is(client: Client) -> None:
    rooms = [make_room(access="members"), make_room(access="signed_in")]
    for slug in (*(room.slug for room in rooms), "zzz-zzzz-zzz"):
        answer = client.get(f"/{slug}")
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next=/{slug}")
        assert (answer.content, answer.cookies.output()) == (b"", "")


def test_forbidden_costs_what_unknown_costs(mallorys: Client, mallory: User) -> None:
    hidden = make_room(access="members", passcode="open sesame")

    def queries(slug: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            mallorys.get(f"/{slug}")
        return [re.sub(r"'\d{4}-\d\d-\d\d [\d:.+]+'", "now", query["sql"].replace(slug, "")) for query in captured]

    assert queries(hidden.slug) == queries("zzz-zzzz-zzz")


def test_nobody_keeps_the_page(alice: User, alices: Client) -> None:
    assert "no-store" in alices.get(f"/{make_room(alice).slug}")["Cache-Control"]


def test_no_secret_is_in_the_page(alice: User, alices: Client) -> None:
    room = make_room(alice, passcode="open sesame")
    page = alices.get(f"/{room.slug}").content.decode()
    assert "open sesame" not in page
    assert Room.objects.get().passcode not in page
