"""Everybody sees their own time zone: that of the account, else that of the browser, else UTC."""

from __future__ import annotations

import csv
import logging
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client

from accounts import zones
from accounts.models import User
from rooms import history
from rooms.models import Room
from tests.cast import PASSWORD
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 1, 4, 9, tzinfo=UTC)


@pytest.fixture
def room(bob: User) -> Room:
    """In it, Carol was there at nine o'clock UTC."""
    room = make_room(bob)
    history.joined(str(room.pk), "p1", "guest:c", "Carol", "guest", at=NINE)
    return room


def joined(client: Client, room: Room) -> str:
    """When Carol joined, by Bob's table."""
    return list(csv.reader(client.get(f"/{room.slug}/history.csv").content.decode().splitlines()))[1][3]


def test_the_zone_of_the_browser_counts_until_the_account_says_another(bobs: Client, bob: User, room: Room) -> None:
    assert joined(bobs, room) == "2026-01-04T09:00:00+00:00"
    bobs.cookies["zone"] = "Asia/Kolkata"
    assert joined(bobs, room) == "2026-01-04T14:30:00+05:30"
    User.objects.update(time_zone="America/Sao_Paulo")
    assert joined(bobs, room) == "2026-01-04T06:00:00-03:00"


def test_pages_show_it(bobs: Client, bob: User, room: Room) -> None:
    User.objects.update(time_zone="Australia/Lord_Howe")
    for address in (f"/{room.slug}/history", f"/{room.slug}/audit"):
        assert 'data-zone="Australia/Lord_Howe"' in bobs.get(address).content.decode()
    assert 'datetime="2026-01-04T20:00:00+11:00"> 20:00 +11<' in bobs.get(f"/{room.slug}/history").content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mars/Phobos",
        "../../../etc/passwd",
        "/etc/localtime",
        "localtime",
        "Factory",
        "europe/berlin",
        "a" * 3000,
        "Europe/\x01",
    ],
)
def test_a_cookie_that_names_no_zone_is_none(bobs: Client, room: Room, text: str) -> None:
    bobs.cookies["zone"] = text
    assert joined(bobs, room) == "2026-01-04T09:00:00+00:00"


def test_a_zone_that_this_server_no_longer_knows_is_none(bobs: Client, room: Room) -> None:
    User.objects.update(time_zone="Mars/Phobos")
    bobs.cookies["zone"] = "Asia/Kolkata"
    assert joined(bobs, room) == "2026-01-04T14:30:00+05:30"
    assert b'<option value="Asia/Kolkata" selected>' in bobs.get("/profile").content


def test_the_next_request_of_the_same_thread_has_its_own(bobs: Client, client: Client, room: Room) -> None:
    User.objects.update(time_zone="Asia/Kolkata")
    assert joined(bobs, room).endswith("+05:30")
    assert b"data-zone" not in client.get("/").content
    User.objects.update(time_zone="")
    assert joined(bobs, room).endswith("+00:00")


def test_who_signs_in_keeps_the_zone_of_the_browser(client: Client, bob: User) -> None:
    client.cookies["zone"] = "Europe/Berlin"
    client.post("/accounts/login/", {"login": bob.email, "password": PASSWORD})
    bob.refresh_from_db()
    assert bob.time_zone == "Europe/Berlin"
    travelling = Client()
    travelling.cookies["zone"] = "Asia/Tokyo"
    travelling.post("/accounts/login/", {"login": bob.email, "password": PASSWORD})
    bob.refresh_from_db()
    assert bob.time_zone == "Europe/Berlin"


def test_the_profile_has_the_guess_filled_in(bobs: Client, bob: User) -> None:
    bobs.cookies["zone"] = "Europe/Berlin"
    assert b'<option value="Europe/Berlin" selected>Berlin</option>' in bobs.get("/profile").content
    assert bobs.post("/profile", {"display_name": "Bob", "time_zone": "Asia/Tokyo"}).status_code == 302
    bob.refresh_from_db()
    assert bob.time_zone == "Asia/Tokyo"
    assert b'<option value="Asia/Tokyo" selected>Tokyo</option>' in bobs.get("/profile").content


def test_a_name_of_former_times_stays(bobs: Client, bob: User) -> None:
    User.objects.update(time_zone="Asia/Calcutta")
    assert b'<option value="Asia/Calcutta" selected>' in bobs.get("/profile").content
    assert bobs.post("/profile", {"display_name": "Bobby", "time_zone": "Asia/Calcutta"}).status_code == 302
    bob.refresh_from_db()
    assert (bob.display_name, bob.time_zone) == ("Bobby", "Asia/Calcutta")


@pytest.mark.parametrize("text", ["Mars/Phobos", "", "../UTC", "<script>"])
def test_a_profile_with_a_zone_that_does_not_exist(bobs: Client, bob: User, text: str) -> None:
    User.objects.update(time_zone="Asia/Tokyo")
    html = bobs.post("/profile", {"display_name": "Bobby", "time_zone": text}).content.decode()
    assert "does not exist" in html if text else "required" in html
    assert 'value="Bobby"' in html
    bob.refresh_from_db()
    assert (bob.display_name, bob.time_zone) == ("Bob", "Asia/Tokyo")


def test_all_that_is_offered_is_known() -> None:
    assert len(zones.names()) > 400
    assert all(zones.is_zone(name) for name in zones.names())
    assert "Asia/Kolkata" in zones.names() and "Asia/Calcutta" not in zones.names()


def test_while_the_database_is_away_the_view_says_so(bobs: Client, bob: User, caplog: pytest.LogCaptureFixture) -> None:
    with patch("django.contrib.auth.get_user", side_effect=OperationalError):
        answer = bobs.get("/profile")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert [record.exc_info for record in caplog.records if record.levelno == logging.ERROR] == [None, None]
