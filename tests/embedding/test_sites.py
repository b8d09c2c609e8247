from __future__ import annotations

import pytest

from embedding import sites
from embedding.forms import MOST, SiteForm
from embedding.models import Site
from rooms.models import Room
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Room:
    return make_room()


def form(origin: str, room: Room | None = None) -> SiteForm:
    return SiteForm({"origin": origin, "room": room.pk if room else ""})


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://courses.example.org", "https://courses.example.org"),
        (" HTTPS://Courses.Example.org:443/ ", "https://courses.example.org"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://courses.example.org:8443", "https://courses.example.org:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("http://school.localhost", "http://school.localhost"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(written: str, origin: str) -> None:
    assert form(written).is_valid()
    assert sites.normal(written) == origin


@pytest.mark.parametrize(
    "written",
    [
        "",
        "courses.example.org",
        "http://courses.example.org",
        "https://courses.example.org/path",
        "https://user@courses.example.org",
        "https://*.example.org",
        "*",
        "null",
        "'self'",
        "data:text/html,x",
        "https://a;script-src *",
        "https://a https://b",
        "https://a.example:99999",
        "https://a.example:x",
        "https://[::1",
        "https://[::1]:8000",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org",
        "https://" + "a" * 300,
    ],
)
def test_what_is_no_site_is_refused(written: str) -> None:
    asked = form(written)
    assert not asked.is_valid()
    assert list(asked.errors) == ["origin"]


def test_a_site_is_there_once_for_a_room_and_once_for_all(room: Room) -> None:
    for one in (form("https://a.example"), form("https://a.example", room)):
        assert one.is_valid()
        one.save()
    assert not form("https://a.example").is_valid()
    assert not form("https://A.example/", room).is_valid()
    assert sites.allowed(room.pk) == sites.allowed(None) == ["https://a.example"]


def test_there_are_not_more_sites_than_a_header_holds(room: Room) -> None:
    Site.objects.bulk_create(Site(origin=f"https://{number}.example") for number in range(MOST))
    assert not form("https://a.example").is_valid()
    assert form("https://a.example", room).is_valid()
    assert SiteForm({"origin": "https://b.example", "room": ""}, instance=Site.objects.first()).is_valid()
