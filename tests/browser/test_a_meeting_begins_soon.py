from __future__ import annotations

import re
from dataclasses import asdict
from datetime import timedelta

from playwright.sync_api import expect

from rooms.models import Room
from schedule import zones
from schedule.models import NotificationChoices, Occurrence, ScheduledMeeting
from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import eventually
from tests.browser.test_accessibility import Inspector
from tests.browser.test_pages_fit import BEYOND
from tests.schedule.scenes import soon

#: Notes which notifications of the system were shown, in all pages of the browser.
NOTE = """() => {
    const Real = Notification;
    globalThis.Notification = class extends Real {
        constructor(title, options) {
            super(title, options);
            localStorage.setItem("shown", `${localStorage.getItem("shown") ?? ""}${title}: ${options.body}\\n`);
        }
    };
}"""


def scheduled(room: Room, minutes: float, title: str) -> None:
    """A meeting of an hour in this room that begins in so many minutes."""
    entry = ScheduledMeeting(room=room, **asdict(soon(minutes, title=title)))
    entry.save(using=deploying.ALIAS)
    starts = zones.local(entry.date, entry.begins, entry.zone)
    date = Occurrence(scheduled=entry, original_at=starts, starts_at=starts, ends_at=starts + timedelta(hours=1))
    date.save(using=deploying.ALIAS)


def test_a_browser_tells_once_of_a_meeting_that_begins_soon(whole: Cast) -> None:
    """Alice looks at two pages. She dismisses what one shows, and it is gone from the other, too."""
    owner = deploying.user("Alice")
    room = deploying.room("Class", owner=owner)
    scheduled(room, 4, "Fractions & more")
    alice = whole.member("Alice", owner, viewport={"width": 320, "height": 640}, color_scheme="dark")
    alice.context.add_init_script(f"({NOTE})()")
    alice.context.grant_permissions(["notifications"])
    inspector = Inspector(alice)
    inspector.visit("/notifications")
    card = alice.page.locator(".reminder")
    expect(card).to_contain_text("Fractions & more")
    expect(card).to_contain_text(re.compile(r"This meeting begins at \d+:\d\d"))
    inspector.look("with a reminder")
    assert (inspector.found, alice.page.evaluate(BEYOND)) == ([], [])

    other = alice.context.new_page()
    alice.watch(other)
    other.goto("/profile")
    expect(other.locator(".reminder")).to_contain_text("Fractions & more")
    shown = eventually(lambda: other.evaluate("localStorage.shown"))
    assert shown.count("\n") == 1 and shown.startswith("Fractions & more: This meeting begins at")
    other.locator(".reminder").get_by_role("link", name="Join").click()
    expect(other).to_have_url(re.compile(f"/{room.slug}$"))
    other.close()

    card.get_by_role("button", name="Dismiss").press("Enter")
    expect(card).to_have_count(0)
    alice.page.reload()
    expect(alice.page.locator("meeting-reminders")).to_be_attached()
    assert (
        alice.page.evaluate("fetch('/notifications/due').then((answer) => answer.json()).then(({meetings}) => meetings.length)")
        == 1
    )
    expect(card).to_have_count(0)


def test_a_person_chooses_what_to_hear_of(cast: Cast) -> None:
    account = deploying.user("Bob")
    bob = cast.member("Bob", account, color_scheme="light")
    inspector = Inspector(bob)
    bob.open("/profile")
    bob.page.get_by_role("link", name="Notifications").click()
    expect(bob.page.get_by_text("This browser shows no notifications of this site.")).to_be_visible()
    bob.page.get_by_label("Notify me in the browser of").select_option("Meetings that I organise or am invited to")
    bob.page.get_by_label("How long before").first.select_option("15 minutes before")
    inspector.look("choices")
    bob.page.get_by_role("button", name="Save").click()
    expect(bob.page.get_by_text("Your choices have been saved.")).to_be_visible()
    assert inspector.found == []
    chosen = NotificationChoices.objects.using(deploying.ALIAS).get(user=account)
    assert (chosen.browser, chosen.browser_minutes) == ("invited", 15)
