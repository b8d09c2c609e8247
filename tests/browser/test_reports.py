"""Alice reads the report of her lessons, on a wide and on a narrow screen, and prints it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from rooms.models import Attendance, Meeting, Room
from schedule.models import Occurrence, ScheduledMeeting
from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.deployment import ALIAS
from tests.browser.test_accessibility import Inspector
from tests.browser.test_pages_fit import beyond


def lesson(room: Room, starts_at: datetime, came: dict[str, tuple[User | None, int, int]]) -> None:
    """A lesson of an hour, and who came to it: their account, and from which minute to which."""
    ends_at = starts_at + timedelta(hours=1)
    times = {"date": starts_at.date(), "begins": starts_at.time(), "minutes": 60, "zone": "UTC"}
    scheduled = ScheduledMeeting.objects.using(ALIAS).create(room=room, title="Physics", **times)
    Occurrence.objects.using(ALIAS).create(scheduled=scheduled, original_at=starts_at, starts_at=starts_at, ends_at=ends_at)
    sitting = Meeting.objects.using(ALIAS).create(room=room, started_at=starts_at, seen_at=ends_at, ended_at=ends_at)
    for number, (name, (user, begin, end)) in enumerate(came.items()):
        span = {"joined_at": starts_at + timedelta(minutes=begin), "left_at": starts_at + timedelta(minutes=end)}
        who = {"participant": f"p{number}", "person": number, "user": user, "name": name, "role": "member" if user else "guest"}
        Attendance.objects.using(ALIAS).create(meeting=sitting, **who, **span)


def test_alice_reads_and_prints_the_report(cast: Cast) -> None:
    owner, bob = deploying.user("Alice"), deploying.user("Bob")
    room = deploying.room("Physics", owner=owner, members=[bob, deploying.user("Zoe")])
    monday = timezone.now() - timedelta(days=14)
    for week in range(2):
        lesson(room, monday + timedelta(weeks=week), {"Alice": (owner, 0, 60), "Bob": (bob, 12, 60), "Carol": (None, 0, 30)})
    alice = cast.member("Alice", owner)
    page, inspector = alice.page, Inspector(alice)
    alice.open(f"/{room.slug}/history")
    page.get_by_role("link", name="View the report").click()
    expect(page.get_by_role("row", name="Zoe 0 / 2 0 min 0 %")).to_be_visible()
    inspector.look("the report of everybody")
    page.get_by_role("link", name="Bob").click()
    expect(page.get_by_text("12 min late")).to_have_count(2)
    inspector.look("the report of Bob")
    paths = [page.url]
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("img", name="Carol was present for 30 min.")).to_be_visible()
    inspector.look("the report of a lesson")
    assert not inspector.found, "\n\n".join(inspector.found)
    page.evaluate("window.print = () => document.documentElement.setAttribute('data-printed', '')")
    page.get_by_role("button", name="Print").press("Enter")
    expect(page.locator("html[data-printed]")).to_be_attached()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Physics").first).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Room")).to_be_hidden()
    page.emulate_media(media="screen")
    assert not beyond(alice, *(path.removeprefix(alice.origin) for path in [*paths, page.url]))
