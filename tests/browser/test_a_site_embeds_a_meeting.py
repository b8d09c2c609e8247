"""The courses of Alice's school show her room in a frame. They are another site: no cookie of ours arrives there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from playwright.sync_api import Frame, expect

from embedding.models import Site
from rooms import join_links
from rooms.models import JoinLink, Room
from tests.browser import deployment as deploying
from tests.browser import embedding_site, firefox
from tests.browser.conftest import Cast
from tests.browser.deployment import ALIAS, Deployment
from tests.browser.person import CAMERA, SCREEN, Person, eventually
from tests.browser.test_accessibility import AXE, CHECK, COLOURS, SETTLED, STANDARDS

#: Messages of the site that are none of ours.
NONSENSE = """() => {
    const nonsense = [
        null, "leave", {}, { conference: "leave", on: 1 }, { conference: "mute" }, { conference: "constructor" },
        { conference: "join", name: "x".repeat(65) }, new Map([["conference", "leave"]]), { conference: { conference: "leave" } },
    ];
    for (const one of nonsense) call.frame.contentWindow.postMessage(one, "*");
}"""


@pytest.fixture
def site() -> Iterator[str]:
    with embedding_site.running() as origin:
        yield origin


@pytest.fixture
def courses(site: str, database: Path) -> Iterator[str]:
    """One that an administrator allows."""
    row = Site(origin=site)
    row.save(using=ALIAS)
    yield site
    row.delete(using=ALIAS)


def page_of(site: str, server: str, path: str) -> str:
    return f"{site}/?{urlencode({'server': server, 'path': path})}"


def told(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.page.evaluate("() => told")
    return found


def hears_of(person: Person, **event: Any) -> None:
    eventually(lambda: event in told(person), what=f"{event} among {told(person)}")


def does(person: Person, command: str) -> None:
    person.page.evaluate(f"() => call.{command}")


def refused(person: Person) -> bool:
    """Whether the browser says that the page in the frame is not for this site."""
    person.page.title()  # While Playwright is asked, it tells what is on the console.
    return any("frame-ancestors" in report for report in person.reports)


def meeting_of(person: Person) -> Frame:
    return next(frame for frame in person.page.frames if "/embed/" in frame.url)


def test_the_site_drives_the_call(cast: Cast, courses: str) -> None:
    slug = deploying.room().slug
    alice, dave = cast.guest("Alice"), cast.guest("Dave")
    alice.join(slug, quiet=True)
    dave.open(page_of(courses, dave.origin, f"/{slug}"))
    hears_of(dave, type="camera", on=True)
    does(dave, "join('Dave')")
    hears_of(dave, type="joined", name="Dave", role="guest")
    hears_of(dave, type="people", count=2)
    expect(alice.tile("Dave")).to_be_visible()
    eventually(lambda: alice.connected(1) and alice.sees(CAMERA), what="Dave's picture")

    does(dave, "mute()")
    hears_of(dave, type="mute", on=True)
    does(dave, "camera(false)")
    hears_of(dave, type="camera", on=False)
    frame = meeting_of(dave)
    expect(frame.locator("call-controls media-switch[for=camera] button").first).to_have_attribute("aria-pressed", "false")
    does(dave, "hand()")
    hears_of(dave, type="hand", on=True)
    expect(alice.controls.locator("[data-part=hands]")).to_have_text("1")
    does(dave, "end()")
    does(dave, "hand(false)")
    hears_of(dave, type="hand", on=False)
    expect(frame.get_by_role("dialog", name="End the meeting for everybody?")).to_have_count(0)
    dave.page.get_by_role("button", name="Share", exact=True).click()
    hears_of(dave, type="share", on=True)
    eventually(lambda: alice.sees(SCREEN), what="Dave's screen")

    does(dave, "leave()")
    hears_of(dave, type="left", reason="left")
    expect(alice.tile("Dave")).to_have_count(0)
    assert dave.context.cookies() == []


def test_only_the_site_is_obeyed_and_only_what_it_may_say(cast: Cast, courses: str) -> None:
    slug = deploying.room().slug
    dave = cast.guest("Dave")
    dave.open(page_of(courses, dave.origin, f"/{slug}"))
    does(dave, "join('Dave')")
    hears_of(dave, type="joined", name="Dave", role="guest")
    other = next(frame for frame in dave.page.frames if frame.url == "about:srcdoc")
    other.evaluate("() => parent.document.querySelector('#place iframe').contentWindow.postMessage({ conference: 'leave' }, '*')")
    dave.page.evaluate(NONSENSE)
    other.evaluate("() => parent.postMessage({ conference: 'left', reason: 'left' }, '*')")
    does(dave, "hand()")
    hears_of(dave, type="hand", on=True)
    assert "left" not in {event["type"] for event in told(dave)}
    # What changes nothing takes no time in which the budget would grow again.
    dave.page.evaluate("() => { for (let count = 0; count < 200; count += 1) call.hand(true); call.leave(); }")

    def lowered() -> bool:
        does(dave, "hand(false)")
        return {"type": "hand", "on": False} in told(dave)

    eventually(lowered, what="a command after the flood")
    assert "left" not in {event["type"] for event in told(dave)}


def test_a_site_that_is_not_allowed_shows_nothing(cast: Cast, site: str) -> None:
    slug = deploying.room().slug
    dave = cast.guest("Dave")
    with dave.page.expect_response(lambda response: "/embed/" in response.url) as asked:
        dave.open(page_of(site, dave.origin, f"/{slug}"))
    assert asked.value.status == 403
    eventually(lambda: refused(dave), what="the refusal of the browser")
    assert told(dave) == []
    for address in (f"/{slug}", f"/embed/{slug}"):
        dave.reports.clear()
        with dave.page.expect_response(f"{dave.origin}{address}") as asked:
            dave.page.evaluate(f"() => {{ call.frame.src = '{dave.origin}{address}' }}")
        assert asked.value.status == 200
        eventually(lambda: refused(dave), what=f"the refusal of {address}")
    dave.reports.clear()


def test_a_reload_of_the_site_keeps_the_participant(cast: Cast, courses: str) -> None:
    slug = deploying.room().slug
    alice, dave = cast.guest("Alice"), cast.guest("Dave")
    alice.join(slug, quiet=True)
    dave.open(page_of(courses, dave.origin, f"/{slug}"))
    does(dave, "join('Dave')")
    hears_of(dave, type="people", count=2)
    eventually(lambda: alice.connected(1), what="the pair")
    dave.page.reload()
    hears_of(dave, type="joined", name="Dave", role="guest")
    facts = [message["type"] for frame in alice.incoming for message in frame]
    assert facts.count("joined") == 1 and "left" not in facts


def link_into(room: Room, name: str) -> str:
    owner = room.memberships.using(ALIAS).get(role="owner").user
    link = JoinLink(room=room, name=name, role="host", by=owner, expires_at=timezone.now() + timedelta(hours=1))
    link.save(using=ALIAS)
    return f"/join/{join_links.token(link)}"


def test_a_join_link_takes_its_person_in_as_a_host_once(cast: Cast, courses: str) -> None:
    room = deploying.room(owner=deploying.user("Alice"), access="members", passcode="open sesame")
    link = link_into(room, "Dave")
    dave, mallory = cast.guest("Dave"), cast.guest("Mallory")
    dave.open(page_of(courses, dave.origin, link))
    mallory.open(page_of(courses, mallory.origin, link))
    does(dave, "join()")
    hears_of(dave, type="joined", name="Dave", role="host")
    does(mallory, "join()")
    hears_of(mallory, type="left", reason="closed")
    expect(meeting_of(mallory).locator("main")).to_contain_text("The link to it works once")
    does(dave, "end()")
    meeting_of(dave).get_by_role("dialog").get_by_role("button", name="End the meeting").click()
    hears_of(dave, type="end")
    hears_of(dave, type="left", reason="ended")


def test_the_passcode_is_given_in_the_frame(cast: Cast, courses: str) -> None:
    slug = deploying.room(passcode="open sesame").slug
    dave = cast.guest("Dave")
    dave.open(page_of(courses, dave.origin, f"/{slug}"))
    meeting_of(dave).get_by_label("Passcode").fill("open sesame")
    meeting_of(dave).get_by_role("button", name="Continue").click()
    hears_of(dave, type="ready")
    does(dave, "join('Dave')")
    hears_of(dave, type="joined", name="Dave", role="guest")
    assert dave.context.cookies() == []


def test_an_administrator_tries_it_out(cast: Cast) -> None:
    owner = deploying.user("Olga", is_staff=True, is_superuser=True)
    slug = deploying.room(owner=owner).slug
    olga = cast.member("Olga", owner)
    olga.open(f"/admin/embedding/site/try/?code={slug}")
    events = olga.page.locator(".embedding-events li")
    expect(events.filter(has_text="ready")).to_be_visible()
    meeting_of(olga).get_by_role("textbox").fill("Olga")
    olga.page.get_by_role("button", name="Join", exact=True).click()
    expect(events.filter(has_text='joined {"name":"Olga","role":"guest"}')).to_be_visible()
    mute = olga.page.get_by_role("button", name="Mute", exact=True)
    mute.click()
    expect(mute).to_have_attribute("aria-pressed", "true")
    olga.page.evaluate(AXE)
    for scheme, rules in (("light", STANDARDS), ("dark", COLOURS)):
        olga.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        olga.page.evaluate(SETTLED)
        assert not olga.page.evaluate(CHECK, rules)["violations"], scheme


@pytest.fixture
def fiona(tmp_path: Path) -> Iterator[firefox.Firefox]:
    with firefox.running(tmp_path, firefox.required()) as browser:
        yield browser


def test_in_firefox_too(cast: Cast, courses: str, deployment: Deployment, fiona: firefox.Firefox) -> None:
    slug = deploying.room().slug
    alice = cast.guest("Alice")
    alice.join(slug, quiet=True)

    def heard(event: str) -> None:
        eventually(lambda: fiona.evaluate(f"told.some((one) => {event})"), what=event)

    fiona.open(page_of(courses, deployment.origins[-1], f"/{slug}"))
    heard("one.type === 'camera' && one.on")
    fiona.evaluate("void call.join('Fiona')")
    heard("one.type === 'people' && one.count === 2")
    eventually(lambda: alice.connected(1) and alice.sees(CAMERA), what="Fiona's picture")
    fiona.evaluate("void call.mute()")
    heard("one.type === 'mute' && one.on")
    fiona.evaluate("void call.leave()")
    heard("one.type === 'left' && one.reason === 'left'")
