"""The calendar of the home page in a browser: by keyboard, on a phone, in one's own time zone, and what begins soon."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from playwright.sync_api import expect

from rooms.models import Room
from schedule.models import Occurrence, ScheduledMeeting
from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.test_accessibility import Inspector
from tests.browser.test_pages_fit import beyond

HOUR = timedelta(hours=1)
MONDAY = datetime(2031, 1, 6, 9, tzinfo=UTC)
MONTH, WEEK, LIST = (f"/?view={view}&date=2031-01-06" for view in ("month", "week", "list"))


def enter(room: Room, title: str, *moments: datetime) -> None:
    """A meeting of an hour at these moments."""
    scheduled = ScheduledMeeting(room=room, title=title, date=moments[0].date(), begins=time(9), minutes=60, zone="UTC")
    scheduled.save(using=deploying.ALIAS)
    dates = [Occurrence(scheduled=scheduled, original_at=one, starts_at=one, ends_at=one + HOUR) for one in moments]
    Occurrence.objects.using(deploying.ALIAS).bulk_create(dates)


def test_alice_looks_at_her_calendar(cast: Cast) -> None:
    """By keyboard, on a wide and a narrow page, light and dark."""
    owner = deploying.user("Alice", time_zone="Europe/Berlin")
    room = deploying.room("Year 7", owner=owner)
    enter(room, "Algebra", *(MONDAY + timedelta(days=day) for day in range(10)))
    enter(room, "Geometry with a title that is rather long for so small a place", *(MONDAY + HOUR * hour for hour in range(1, 5)))
    alice = cast.member("Alice", owner)
    inspector, page = Inspector(alice), alice.page
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        inspector.visit(MONTH, WEEK, LIST)
    alice.open(MONTH)
    expect(page.get_by_role("heading", name="January 2031")).to_be_visible()
    expect(page.get_by_role("link", name="10:00 Algebra")).to_have_count(10)
    page.get_by_role("link", name="Wednesday 1 January").focus()
    for key, day in (("ArrowDown", "8"), ("ArrowLeft", "7"), ("ArrowLeft", "6")):
        page.keyboard.press(key)
        expect(page.locator(".day-link:focus time")).to_have_attribute("datetime", f"2031-01-0{day}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Monday 6 January 2031")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Enter ?: Algebra, 10:00")).first).to_have_attribute("href", f"/{room.slug}")
    page.set_viewport_size({"width": 320, "height": 640})
    inspector.visit(MONTH, WEEK)
    expect(page.get_by_role("link", name="Algebra")).to_have_count(6)
    assert not inspector.found, "\n\n".join(inspector.found)
    assert not beyond(alice, MONTH, WEEK, LIST)


def test_a_meeting_begins_soon(cast: Cast) -> None:
    """It is scheduled while the page is open, and cancelled meanwhile."""
    owner = deploying.user("Alice", time_zone="Europe/Berlin")
    room = deploying.room("Year 7", owner=owner)
    alice = cast.member("Alice", owner)
    alice.open("/")
    expect(alice.page.get_by_text("Nothing is scheduled this month.")).to_be_visible()
    enter(room, "Algebra", datetime.now(UTC) + timedelta(minutes=5))
    look_again = "() => document.dispatchEvent(new Event('visibilitychange'))"
    alice.page.evaluate(look_again)
    way = alice.page.locator("starting-soon").get_by_role("link", name=re.compile("^Join ?: Algebra"))
    expect(way).to_have_attribute("href", f"/{room.slug}")
    expect(alice.page.locator("starting-soon")).to_contain_text("Starts in 5 minutes")
    Occurrence.objects.using(deploying.ALIAS).filter(scheduled__room=room).update(cancelled=True)
    alice.page.evaluate(look_again)
    expect(way).to_have_count(0)


def test_everybody_sees_their_own_time_zone(cast: Cast) -> None:
    """Of the browser, also on the first page that it ever opens."""
    owner = deploying.user("Alice")
    room = deploying.room("Year 7", owner=owner, waits="guests", lobby_opens="host")
    enter(room, "Algebra", MONDAY)
    alice = cast.member("Alice", owner, timezone_id="Asia/Tokyo")
    alice.open(MONTH)
    expect(alice.page.get_by_role("link", name="18:00 Algebra")).to_be_visible()
    expect(alice.page.get_by_text("Times are in the time zone Asia/Tokyo.")).to_be_visible()
    carol = cast.guest("Carol", timezone_id="Australia/Adelaide", locale="en-GB")
    carol.arrive(room.slug)
    note = carol.page.locator("green-room .green-note").first
    expect(note).to_contain_text("The next meeting has not begun yet. It begins:")
    expect(note).to_contain_text("7:30")
    expect(note).to_contain_text("The lobby is closed. It opens when the first host comes.")
    carol.ask_to_join()
    expect(carol.page.get_by_role("heading", name="You have knocked")).to_be_visible()
    expect(note).to_be_visible()
