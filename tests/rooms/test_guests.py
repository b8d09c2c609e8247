from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client, override_settings

from rooms import guests
from rooms.models import Ban
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


def sent(client: Client) -> dict[str, str]:
    """The cookies of a browser."""
    return {name: morsel.value for name, morsel in client.cookies.items()}


def test_a_guest_is_known_by_a_signed_cookie_that_scripts_cannot_read() -> None:
    response = HttpResponse()
    guests.remember(response, "")
    cookie = response.cookies["guest"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert len(guests.find({"guest": cookie.value}, Client().session)) == 16


@pytest.mark.parametrize("cookie", ["", "mallory", "mallory:", f"mallory:{'A' * 43}", guests.sign("carol") + "x"])
def test_nobody_makes_up_an_id(cookie: str) -> None:
    assert guests.find({"guest": cookie}, Client().session) == ""


def test_what_another_key_has_signed_is_nothing() -> None:
    with override_settings(SECRET_KEY="another"):
        forged = guests.sign("carol")
    assert guests.find({"guest": forged}, Client().session) == ""


def test_a_visit_leaves_nothing_on_the_server(client: Client) -> None:
    assert client.get(f"/{make_room().slug}").status_code == 200
    assert not Session.objects.exists()
    assert set(client.cookies) == {"guest"}


def test_a_ban_holds_on_to_the_cookie(client: Client) -> None:
    room = make_room()
    client.get(f"/{room.slug}")
    Ban.objects.create(room=room, guest=guests.find(sent(client), client.session), name="Mallory")
    assert client.get(f"/{room.slug}").status_code == 302
    assert client.get(f"/{make_room().slug}").status_code == 200


def test_a_guest_of_the_version_before_is_the_same_guest(client: Client) -> None:
    session = client.session
    session["guest"] = "c4rol"
    session.save()
    client.cookies["login"] = str(session.session_key)
    client.get(f"/{make_room().slug}")
    assert guests.find(sent(client), Client().session) == "c4rol"
