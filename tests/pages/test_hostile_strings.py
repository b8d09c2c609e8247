"""Whatever somebody is called or writes: nothing of it runs on a page, and no page becomes wider.

A new place that shows a text of somebody is a row of a table that :func:`fill` writes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from playwright.sync_api import expect

from accounts.models import Mail, User
from rooms.models import Attendance, AuditEntry, Ban, Invitation, Meeting, Membership, Room
from schedule.models import ScheduledMeeting
from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.test_hostile_strings import OWNED, STORED, look

MONDAY: Final = datetime(2031, 1, 6, 9, tzinfo=UTC)


def fill(room: Room, owner: User) -> None:
    """A row for every string in every table whose texts a page shows."""
    db = deploying.ALIAS
    meeting = Meeting.objects.using(db).create(room=room)
    people = [deploying.user(f"person-{number}") for number in range(len(STORED))]
    for text, one in zip(STORED, people, strict=True):
        one.display_name = text[:64]
    User.objects.using(db).bulk_update(people, ["display_name"])
    rooms = Room.objects.using(db).bulk_create([Room(name=text[:64]) for text in STORED])
    tables: list[tuple[Any, Callable[[int, str], Any]]] = [
        (Membership, lambda number, _: Membership(room=rooms[number], user=owner, role="owner")),
        (Membership, lambda number, _: Membership(room=room, user=people[number], role="member")),
        (Ban, lambda number, text: Ban(room=room, guest=f"g{number}", name=text[:64], reason=text[:200], by=people[number])),
        (Invitation, lambda number, text: Invitation(room=room, email=f"{text[:60]}@{number}.example.org", by=people[number])),
        (Attendance, lambda number, text: Attendance(meeting=meeting, participant=f"p{number}", name=text[:64], role="guest")),
        (
            AuditEntry,
            lambda _, text: AuditEntry(
                room=room, room_name=text[:64], actor_name=text[:150], action="removed", target=text[:200]
            ),
        ),
        (
            Mail,
            lambda number, text: Mail(to=f"m{number}@example.org", sender="a@example.org", subject=text.replace("\n", " ")[:900]),
        ),
    ]
    for table, row in tables:
        table.objects.using(db).bulk_create([row(number, text) for number, text in enumerate(STORED)])
    for number, text in enumerate(STORED):
        starts_at = MONDAY + timedelta(days=number // 12, minutes=number % 12)
        when = {"date": starts_at.date(), "begins": time(9), "minutes": 60, "zone": "UTC"}
        scheduled = ScheduledMeeting.objects.using(db).create(room=rooms[number], title=text[:120], agenda=text, **when)
        scheduled.occurrences.create(original_at=starts_at, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))


def test_nothing_runs_on_a_page(cast: Cast) -> None:
    owner = deploying.user("Alice", is_staff=True, is_superuser=True)
    room = deploying.room(owner=owner)
    fill(room, owner)
    alice = cast.member("Alice", owner)
    alice.context.add_init_script(OWNED)
    pages = [f"/{room.slug}/{page}" for page in ("people", "invite", "history")]
    pages += [f"/?mine={number}" for number in range(1, 2 + len(STORED) // 20)]
    weeks = [MONDAY.date() + timedelta(weeks=number) for number in range(1 + len(STORED) // 84)]
    pages += [f"/?view={view}&date={day}" for day in weeks for view in ("month", "week", "list")]
    pages += [f"/admin/{page}/" for page in ("rooms/room", "rooms/ban", "rooms/auditentry", "rooms/meeting", "accounts/user")]
    for path in pages:
        alice.open(path)
        expect(alice.page.locator("main").first).to_be_visible()
        if path.startswith("/admin/"):
            assert not alice.page.evaluate("() => window.isOwned"), path
        else:
            look(alice)
