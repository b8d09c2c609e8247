"""An administrator announces a maintenance while Alice and Carol are in a call, on two workers."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, expect

from conference.models import Notice
from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.deployment import Deployment
from tests.browser.person import Person, eventually
from tests.browser.test_accessibility import Inspector

TEXT = "Tonight we update the server. Calls may be interrupted for a minute."


def notice_of(person: Person) -> Locator:
    return person.page.get_by_role("region", name="Notice")


@pytest.fixture
def announced(database: Path, deployment: Deployment) -> Iterator[None]:
    """Notices end with the test, and every worker knows it."""
    yield
    Notice.objects.using(deploying.ALIAS).all().delete()
    for origin in deployment.origins:
        eventually(lambda origin=origin: TEXT not in page(origin), what="no notice")  # type: ignore[misc]


def page(origin: str) -> str:
    with urllib.request.urlopen(origin) as answer:
        text: str = answer.read().decode()
    return text


def announce(**fields: datetime) -> None:
    now = timezone.now()
    shown = {"shown_from": now - timedelta(minutes=1), "shown_until": now + timedelta(hours=1)}
    Notice.objects.using(deploying.ALIAS).create(text=TEXT, **shown, **fields)


def test_it_comes_into_open_calls_and_goes(cast: Cast, announced: None) -> None:
    slug = deploying.room().slug
    alice, carol = cast.guest("Alice", timezone_id="Asia/Tokyo"), cast.guest("Carol", viewport={"width": 390, "height": 844})
    for person in (alice, carol):
        person.join(slug, quiet=True)
    eventually(lambda: alice.connected(1) and carol.connected(1), what="the pair")
    at = datetime(2027, 1, 4, 21, 30, tzinfo=ZoneInfo("UTC"))
    announce(maintenance_at=at)
    for person in (alice, carol):
        expect(notice_of(person).get_by_role("status")).to_contain_text(TEXT)
        expect(person.control("Leave")).to_be_visible()
        eventually(lambda person=person: covered(person) == [], what=f"every button of {person.name}")  # type: ignore[misc]
    expect(notice_of(alice)).to_contain_text("Jan 5, 2027, 6:30")

    notice_of(alice).get_by_role("button", name="Close").press("Enter")
    expect(notice_of(alice)).to_be_hidden()
    alice.page.reload()
    expect(alice.tile("Alice (you)")).to_be_visible()
    expect(notice_of(carol)).to_be_visible()
    expect(notice_of(alice)).to_be_hidden()

    Notice.objects.using(deploying.ALIAS).update(shown_until=timezone.now())
    expect(notice_of(carol)).to_be_hidden()
    eventually(lambda: alice.connected(1) and carol.connected(1), what="the pair still, or again")


def test_pages_show_it_until_it_is_closed(cast: Cast, announced: None) -> None:
    announce()
    carol = cast.guest("Carol")
    inspector = Inspector(carol, dark=True)
    slug = deploying.room().slug
    for path in ("/", f"/{slug}"):
        eventually(lambda path=path: is_shown(carol, path), what=f"the notice on {path}")  # type: ignore[misc]
        expect(notice_of(carol).get_by_role("button", name="Close")).to_be_visible()
        inspector.look(path)
    carol.join(slug, quiet=True)
    expect(notice_of(carol)).to_be_visible()
    inspector.look("the call")
    notice_of(carol).get_by_role("button", name="Close").click()
    carol.open("/")
    expect(notice_of(carol)).to_have_count(0)
    assert not inspector.found, inspector.found


def is_shown(person: Person, path: str) -> bool:
    person.open(path)
    return notice_of(person).is_visible()


def covered(person: Person) -> list[str]:
    """Controls that something lies on."""
    found: list[str] = person.page.evaluate(
        """() => [...document.querySelectorAll("call-controls button, site-notice button")].filter((button) => {
          const { left, top, width, height } = button.getBoundingClientRect();
          if (!width || !button.checkVisibility()) return false;
          const hit = document.elementFromPoint(left + width / 2, top + height / 2);
          return !hit || !(button.contains(hit) || hit.contains(button));
        }).map((button) => button.textContent)"""
    )
    return found
