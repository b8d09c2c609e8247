"""A host schedules a lesson, moves one of its dates and cancels another, and a member sees it in their own zone."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.test_accessibility import Inspector
from tests.browser.test_pages_fit import BEYOND


def test_a_weekly_lesson(cast: Cast) -> None:
    owner, member = deploying.user("Alice"), deploying.user("Bob")
    slug = deploying.room(owner=owner, members=[member]).slug
    alice = cast.member("Alice", owner, viewport={"width": 320, "height": 640}, timezone_id="Europe/Berlin")
    inspector = Inspector(alice)
    page = alice.page
    day = timezone.now().date() + timedelta(days=3)

    alice.open(f"/{slug}/schedule")
    page.get_by_role("link", name="Schedule a meeting").click()
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    expect(page.get_by_label("Until")).to_be_hidden()
    page.get_by_label("Title").fill("Fractions")
    page.get_by_label("Date").fill(str(day))
    page.get_by_label("Begins").fill("10:00")
    page.get_by_label("Ends", exact=True).fill("11:00")
    page.get_by_label("Repeats").focus()
    page.keyboard.type("Weekly")
    page.get_by_label("Or so many times").fill("4")
    inspector.look("the form")
    assert page.evaluate(BEYOND) == []
    page.keyboard.press("Enter")

    dates = page.get_by_role("region", name="Dates to come").get_by_role("listitem")
    expect(dates).to_have_count(4)
    inspector.look("the meeting")
    assert page.evaluate(BEYOND) == []
    dates.nth(1).get_by_role("link", name="Change").click()
    page.get_by_label("Begins").fill("12:00")
    page.get_by_label("Ends", exact=True).fill("13:00")
    page.get_by_role("button", name="Save").click()
    expect(dates.nth(1)).to_contain_text("Changed")
    dates.nth(2).get_by_role("link", name="Cancel").click()
    page.get_by_role("button", name="Cancel this date").click()
    expect(dates.nth(2)).to_contain_text("Cancelled")
    assert not inspector.found, "\n\n".join(inspector.found)

    bob = cast.member("Bob", member, timezone_id="Asia/Kolkata")
    bob.open(f"/{slug}/schedule")
    expect(bob.page.get_by_role("link", name="Schedule a meeting")).to_have_count(0)
    expect(bob.page.get_by_role("main")).to_contain_text(re.compile(r"10:00 to 11:00 in Europe/Berlin"))
