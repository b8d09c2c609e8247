"""Alice invites people to a lesson. Carol answers on her phone, without an account."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from rooms.models import Room
from schedule import links
from schedule.models import Invitee, Occurrence, ScheduledMeeting
from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.deployment import ALIAS
from tests.browser.test_accessibility import Inspector
from tests.browser.test_pages_fit import BEYOND, beyond

PHONE = {"width": 320, "height": 640}


def lesson(room: Room) -> ScheduledMeeting:
    """Two lessons, a week apart."""
    starts_at = timezone.now() + timedelta(days=3)
    times = {"date": starts_at.date(), "begins": starts_at.time(), "minutes": 60, "zone": "UTC", "rule": "FREQ=WEEKLY;COUNT=2"}
    made = ScheduledMeeting.objects.using(ALIAS).create(room=room, title="Physics", agenda="Optics\nWaves", **times)
    for week in range(2):
        begins = starts_at + timedelta(weeks=week)
        Occurrence.objects.using(ALIAS).create(
            scheduled=made, original_at=begins, starts_at=begins, ends_at=begins + timedelta(hours=1)
        )
    return made


def test_alice_invites_and_carol_answers(cast: Cast) -> None:
    owner = deploying.user("Alice")
    room = deploying.room("Physics", owner=owner)
    made = lesson(room)
    alice = cast.member("Alice", owner)
    page, inspector = alice.page, Inspector(alice)
    alice.open(f"/{room.slug}/schedule/{made.pk}")
    inspector.look("the meeting")
    page.get_by_role("link", name="Invite people").press("Enter")
    addresses = page.get_by_role("textbox", name="E-mail addresses")
    addresses.fill("Carol <carol@example.org>, nobody")
    page.get_by_role("button", name="Invite").press("Enter")
    expect(page.get_by_text("No e-mail address: nobody.")).to_be_visible()
    expect(addresses).to_have_value("Carol <carol@example.org>, nobody")
    inspector.look("an address that is none")
    addresses.fill("Carol <carol@example.org>; dave@example.org")
    page.get_by_role("button", name="Invite").press("Enter")
    expect(page.get_by_text("2 people are invited.").first).to_be_visible()
    inspector.look("the list of the invited")
    assert not beyond(alice, f"/{room.slug}/schedule/{made.pk}/invitees", f"/{room.slug}/schedule/{made.pk}")

    carol = cast.guest("Carol", viewport=PHONE, color_scheme="dark")
    eyes = Inspector(carol)
    invited = Invitee.objects.using(ALIAS).get(scheduled=made, email="carol@example.org")
    carol.open(f"/invited/{links.token(invited.pk)}?choice=maybe")
    expect(carol.page.get_by_role("heading", name="Physics")).to_be_visible()
    expect(carol.page.get_by_role("radio", name="Maybe")).to_be_checked()
    eyes.look("the answer")
    assert carol.page.evaluate(BEYOND) == []
    carol.page.get_by_role("radio", name="Maybe").focus()
    carol.page.keyboard.press("ArrowUp")
    carol.page.get_by_role("textbox", name="Comment").fill("With pleasure")
    carol.page.get_by_role("button", name="Send the answer").press("Enter")
    expect(carol.page.get_by_text("Your answer is sent.")).to_be_visible()
    carol.page.get_by_role("link", name="Do not write to me about this meeting").click()
    eyes.look("no mail")
    carol.page.get_by_role("button", name="Do not write to me about this meeting").press("Enter")
    expect(carol.page.get_by_role("heading", name="You get no mail about this meeting")).to_be_visible()
    alice.open(f"/{room.slug}/schedule/{made.pk}/invitees")
    expect(page.get_by_text("“With pleasure”")).to_be_visible()
    expect(page.get_by_text("wants no mail")).to_be_visible()
    assert not inspector.found + eyes.found, "\n\n".join(inspector.found + eyes.found)


def test_alice_takes_her_meetings_into_another_calendar(cast: Cast) -> None:
    alice = cast.member("Alice", deploying.user("Alice"))
    inspector = Inspector(alice)
    alice.open("/profile")
    alice.page.get_by_role("navigation", name="Your account").get_by_role("link", name="Calendar").click()
    alice.page.get_by_role("button", name="Make an address").press("Enter")
    alice.page.locator("copy-button").get_by_role("button").press("Enter")
    expect(alice.page.get_by_text("Copied")).to_be_visible()
    copied = alice.page.evaluate("navigator.clipboard.readText()")
    assert alice.page.request.get(copied).text().startswith("BEGIN:VCALENDAR")
    inspector.look("the address of a feed")
    assert not inspector.found, "\n\n".join(inspector.found)
    assert not beyond(alice, "/feed")
