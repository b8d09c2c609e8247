"""Olga watches a meeting on its live page in the admin, and acts there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.core.handlers.asgi import ASGIHandler
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.streams import Streams
from rooms import history
from rooms.actors import actor
from rooms.live_picture import LivePicture
from rooms.models import Attendance, Ban, Meeting, Membership, Room
from signaling import live
from signaling.live import RoomState
from signaling.protocol.messages import Report
from tests.cast import person
from tests.redis_server import redis_url as redis_url
from tests.rooms.conftest import Enter, audit, locked, names
from tests.rooms.scenes import make_room
from tests.signaling.stage import Stage, Tab, asked, cookie, told

pytestmark = pytest.mark.django_db

PATIENCE = 30.0


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture
def lookers(db: None) -> Client:
    """Somebody who may see rooms in the admin, and change none."""
    looker = person("Looker")
    looker.is_staff = True
    looker.save()
    looker.user_permissions.add(Permission.objects.get(codename="view_room"))
    client = Client()
    client.force_login(looker)
    return client


def page(room: Room) -> str:
    return f"/admin/rooms/room/{room.pk}/live/"


def text(answer: Any) -> str:
    """What a person reads."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


# What it shows


def test_an_empty_room(olgas: Client, room: Room, enter: Enter) -> None:
    shown = text(olgas.get(page(room)))
    assert "0 people are there" in shown
    assert "Nobody is in the room." in shown
    assert "Lock the room" in shown
    assert "End the meeting" not in shown


def test_times_are_those_of_who_looks(room: Room, settings: Settings) -> None:
    settings.EMBEDDED, settings.REDIS_URL = False, "redis://127.0.0.1:9/0"
    at = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)
    history.joined(str(room.pk), "p1", "guest:c", "Carol", "guest", at=at)
    shown = LivePicture(room, acts=False, language="en", zone=ZoneInfo("Asia/Tokyo"))()
    assert "07:30:00" in shown
    assert "the meeting does not answer" in shown


def test_the_database_is_read_again_when_something_is_different(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    now, read = [100.0], iter(range(100))
    seen: list[RoomState | None] = [RoomState(None, {})]
    monkeypatch.setattr(live, "room_state", lambda room: seen[0])
    monkeypatch.setattr(LivePicture, "_meeting", lambda self: {"read": next(read)})
    monkeypatch.setattr(LivePicture, "_render", lambda self, facts: str(facts["read"]))
    picture = LivePicture(room, acts=True, language="en", zone=UTC, clock=lambda: now[0])

    def shown(after: float) -> str:
        now[0] += after
        return picture()

    assert (picture(), picture()) == ("0", "0")
    assert [shown(3), shown(9), shown(1)] == ["1", "1", "2"], "the database may have followed a change from before"
    seen[0] = RoomState(None, {"alice": Report(connected=0, relayed=0, unreached=[], silent=[])})
    assert [shown(0), shown(0.4), shown(0.4), shown(0.4)] == ["3", "3", "4", "4"], "the database follows"
    assert [shown(0.4), shown(0.4), shown(2), shown(9), shown(2)] == ["5", "5", "6", "6", "7"]
    seen[0] = None
    assert shown(0) == "8"


def test_what_would_be_the_same_is_not_rendered_again(room: Room, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    now, rendered, render = [100.0], [], LivePicture._render

    def counted(self: LivePicture, facts: dict[str, Any]) -> str:
        rendered.append(facts)
        return render(self, facts)

    monkeypatch.setattr(LivePicture, "_render", counted)
    picture = LivePicture(room, acts=True, language="en", zone=UTC, clock=lambda: now[0])

    def shown(after: float) -> str:
        now[0] += after
        return " ".join(re.sub(r"<[^>]*>", " ", picture()).split())

    enter(room, "Bob", "guest:b")
    history.joined(str(room.pk), "p-bob", "guest:b", "Bob", "guest", at=datetime(2026, 5, 4, 22, 30, tzinfo=UTC))
    assert "Bob came." in shown(0)
    assert shown(20) == shown(20) == shown(20)
    assert len(rendered) == 1
    Room.objects.update(locked=True)
    assert "The room is locked." in shown(20)
    Attendance.objects.update(left_at=datetime(2026, 5, 4, 22, 40, tzinfo=UTC))
    assert "Bob left." in shown(20)
    Meeting.objects.update(ended_at=datetime(2026, 5, 4, 22, 50, tzinfo=UTC))
    assert "What happened in the last meeting" in shown(20)
    assert len(rendered) == 4


# Who may look and act


def test_it_takes_the_permission_to_see_rooms(lookers: Client, room: Room, alices: Client, client: Client) -> None:
    somewhere = person("Clerk")
    User.objects.filter(pk=somewhere.pk).update(is_staff=True)
    clerks = Client()
    clerks.force_login(somewhere)
    for path in (page(room), f"{page(room)}events/", f"{page(room)}people/p-bob/", f"{page(room)}people/p-bob/events/"):
        assert lookers.get(path).status_code == 200
        assert clerks.get(path).status_code == 403
        assert (alices.get(path).status_code, client.get(path).status_code) == (302, 302)
    assert lookers.get("/admin/rooms/room/999/live/").status_code == 404
    assert lookers.get("/admin/rooms/room/999/live/events/").status_code == 404


def test_whoever_may_only_look_is_offered_nothing(lookers: Client, room: Room, enter: Enter) -> None:
    enter(room, "Bob", "guest:b")
    for path in (page(room), f"{page(room)}people/p-bob/"):
        content = lookers.get(path).content
        assert b"Guest Bob" in content
        assert b'<button class="button"' not in content


# Actions


def test_olga_removes_mallory(olgas: Client, room: Room, enter: Enter) -> None:
    mallory = enter(room, "Mallory", "guest:m")
    enter(room, "Bob", "guest:b")
    answer = olgas.post(f"/admin/rooms/room/{room.pk}/live/remove/", {"participant": mallory}, follow=True)
    assert answer.redirect_chain == [(page(room), 302)]
    assert "Guest Mallory has been removed." in answer.content.decode()
    assert names(room.pk) == ["Bob"]
    assert not Ban.objects.exists()
    assert audit() == [("Olga", "removed", "Guest Mallory")]


def test_olga_keeps_mallory_out(olgas: Client, olga: User, room: Room, mallory: User, enter: Enter) -> None:
    Membership.objects.create(room=room, user=mallory)
    participant = enter(room, "Mallory", f"user:{mallory.pk}")
    olgas.post(f"/admin/rooms/room/{room.pk}/live/remove/", {"participant": participant, "ban": "yes"})
    assert names(room.pk) == []
    ban = Ban.objects.get()
    assert (ban.room, ban.user, ban.name, ban.by) == (room, mallory, "Mallory", olga)
    assert not room.memberships.filter(user=mallory).exists()
    assert audit() == [("Olga", "banned", "Guest Mallory")]


def test_the_owner_is_removed_and_not_kept_out(olgas: Client, room: Room, alice: User, enter: Enter) -> None:
    participant = enter(room, "Alice", f"user:{alice.pk}", "owner")
    remove = f"/admin/rooms/room/{room.pk}/live/remove/"
    assert olgas.post(remove, {"participant": participant, "ban": "yes"}).status_code == 403
    assert names(room.pk) == ["Alice"]
    assert audit() == []
    assert olgas.post(remove, {"participant": participant}).status_code == 302
    assert names(room.pk) == []
    assert not Ban.objects.exists()
    assert audit() == [("Olga", "removed", "Alice")]
    enter(room, "Alice", f"user:{alice.pk}", "owner")
    assert names(room.pk) == ["Alice"]


@pytest.mark.parametrize("how", ["stopped", "forbidden", "free"])
def test_olga_keeps_bob_from_his_microphone(olgas: Client, room: Room, enter: Enter, how: str) -> None:
    bob = enter(room, "Bob", "guest:b")
    if how == "free":
        live.restrict(actor(person("Olga"), "staff"), str(room.pk), [bob], "microphone", "forbidden")
    data = {"participant": bob, "use": "microphone", "how": how}
    answer = olgas.post(f"/admin/rooms/room/{room.pk}/live/restrict/", data, follow=True)
    assert answer.redirect_chain == [(page(room), 302)]
    assert ("Microphone is allowed again." if how == "free" else "Microphone has been turned off.") in answer.content.decode()
    [here] = live.people(str(room.pk)) or []
    assert here.restrictions == ({} if how == "free" else {"microphone": how})
    assert audit()[-1] == ("Olga", "freed" if how == "free" else how, "Guest Bob")
    said = {"stopped": "Microphone is turned off", "forbidden": "Microphone is forbidden"}
    shown = text(olgas.get(page(room)))
    assert [kept for kept, words in said.items() if words in shown] == [kept for kept in said if kept == how]


@pytest.mark.parametrize("data", [{}, {"use": "telephone", "how": "stopped"}, {"use": "camera", "how": "broken"}])
def test_nobody_is_kept_from_what_there_is_not(olgas: Client, room: Room, data: dict[str, str], enter: Enter) -> None:
    bob = enter(room, "Bob", "guest:b")
    assert olgas.post(f"/admin/rooms/room/{room.pk}/live/restrict/", {"participant": bob, **data}).status_code == 404
    assert audit() == []


def test_olga_lets_carol_in_and_turns_mallory_away(olgas: Client, room: Room, enter: Enter) -> None:
    Room.objects.update(locked=True)
    room.refresh_from_db()
    carol, mallory = enter(room, "Carol", "guest:c"), enter(room, "Mallory", "guest:m")
    shown = text(olgas.get(page(room)))
    assert "0 people are there, and 2 wait" in shown
    assert "Waits to be let in" in shown
    answer = olgas.post(f"/admin/rooms/room/{room.pk}/live/admit/", {"participant": carol}, follow=True)
    assert "Guest Carol has been let in." in answer.content.decode()
    data = {"participant": mallory, "reason": "Wrong room"}
    answer = olgas.post(f"/admin/rooms/room/{room.pk}/live/deny/", data, follow=True)
    assert "Guest Mallory has been turned away." in answer.content.decode()
    assert names(room.pk) == ["Carol"]
    assert audit() == [("Olga", "admitted", "Guest Carol"), ("Olga", "denied", "Guest Mallory")]
    for act in ("admit", "deny"):
        answer = olgas.post(f"/admin/rooms/room/{room.pk}/live/{act}/", {"participant": mallory}, follow=True)
        assert "that person is not there any more" in answer.content.decode()


@pytest.mark.parametrize("reason", ["x" * 201, "a\u202eb", "a\nb"])
def test_a_reason_that_cannot_be_shown_is_refused(olgas: Client, room: Room, reason: str, enter: Enter) -> None:
    Room.objects.update(locked=True)
    room.refresh_from_db()
    carol = enter(room, "Carol", "guest:c")
    data = {"participant": carol, "reason": reason}
    assert olgas.post(f"/admin/rooms/room/{room.pk}/live/deny/", data).status_code == 404
    assert names(room.pk) == ["Carol"]


def test_nobody_is_let_into_a_full_room(olgas: Client, alice: User, enter: Enter) -> None:
    full = make_room(alice, capacity=2, waits="guests")
    for name in ("Alice", "Bob"):
        enter(full, name, f"user:{name}", "member")
    carol = enter(full, "Carol", "guest:c")
    answer = olgas.post(f"/admin/rooms/room/{full.pk}/live/admit/", {"participant": carol}, follow=True)
    assert "Nothing was done: the room is full." in answer.content.decode()
    assert audit() == []


def test_who_has_left_is_not_removed(olgas: Client, room: Room, enter: Enter) -> None:
    answer = olgas.post(f"/admin/rooms/room/{room.pk}/live/remove/", {"participant": "p-gone"}, follow=True)
    assert b"that person is not there any more" in answer.content
    assert audit() == []


def test_olga_locks_and_unlocks(olgas: Client, room: Room, enter: Enter) -> None:
    enter(room, "Bob", "guest:b")
    olgas.post(f"/admin/rooms/room/{room.pk}/live/lock/", {"locked": "yes"})
    assert locked(room)
    assert Room.objects.get().locked
    olgas.post(f"/admin/rooms/room/{room.pk}/live/lock/", {"locked": "no"})
    assert not locked(room)
    assert audit() == [("Olga", "locked", ""), ("Olga", "unlocked", "")]


def test_olga_ends_the_meeting(olgas: Client, room: Room, enter: Enter) -> None:
    enter(room, "Bob", "guest:b")
    olgas.post(f"/admin/rooms/room/{room.pk}/live/end/")
    assert names(room.pk) == []
    assert Room.objects.exists()
    assert audit() == [("Olga", "ended", "")]


def test_a_meeting_that_is_over_is_not_ended(olgas: Client, room: Room, enter: Enter) -> None:
    answer = olgas.post(f"/admin/rooms/room/{room.pk}/live/end/", follow=True)
    assert b"No meeting was ended, because everybody had left." in answer.content
    assert audit() == []


@pytest.mark.parametrize("act", ["remove", "end", "admit", "deny", "restrict"])
def test_olga_is_told_that_a_meeting_does_not_answer(olgas: Client, room: Room, settings: Settings, act: str) -> None:
    settings.EMBEDDED, settings.REDIS_URL = False, "redis://127.0.0.1:9/0"
    data = {"participant": "p-bob", "use": "camera", "how": "stopped"}
    content = olgas.post(f"/admin/rooms/room/{room.pk}/live/{act}/", data, follow=True).content.decode()
    assert "The meeting does not answer." in content
    assert "It is not known who is in there now" in content
    assert "unknown" in olgas.get("/admin/rooms/room/").content.decode()
    assert audit() == []


@pytest.mark.parametrize("act", ["remove", "lock", "end", "admit", "deny", "restrict"])
def test_acting_takes_a_post_a_token_and_permission(
    act: str, olga: User, room: Room, lookers: Client, alices: Client, client: Client
) -> None:
    where = f"/admin/rooms/room/{room.pk}/live/{act}/"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(olga)
    assert lookers.post(where).status_code == 403
    assert strict.post(where).status_code == 403
    assert strict.get(where).status_code == 405
    assert alices.post(where).status_code == 302
    assert client.post(where).status_code == 302
    assert audit() == []


def test_acting_on_no_room(olgas: Client) -> None:
    assert olgas.post("/admin/rooms/room/999/live/end/").status_code == 404


def test_a_person_has_a_page(olgas: Client, room: Room, enter: Enter) -> None:
    bob = enter(room, "Bob", "guest:b")
    enter(room, "Carol", "guest:c")
    shown = text(olgas.get(f"{page(room)}people/{bob}/"))
    assert "Says the browser of Guest Bob" in shown
    assert "Guest Carol No report No report" in shown
    assert "This person is not there any more." in text(olgas.get(f"{page(room)}people/nobody/"))


# While it happens


@pytest.fixture(params=["two workers", "embedded"])
async def stage(request: pytest.FixtureRequest, redis_url: str) -> AsyncIterator[Stage]:
    async with asked(request.param, redis_url) as running:
        yield running


@pytest.mark.django_db(transaction=True)
async def test_it_updates_by_itself(stage: Stage, room: Room, alices: Client, bobs: Client, olgas: Client) -> None:
    """Through Django and the streams before it: Alice and Bob report their pair, and Bob leaves."""
    alice, bob = Tab(stage[0], room.slug, cookie(alices)), Tab(stage[1], room.slug, cookie(bobs))
    for tab in (alice, bob):
        await tab.join()
    await alice.receive("joined")
    incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    headers = [(b"host", b"localhost:8000"), (b"cookie", cookie(olgas).encode())]
    scope = {"type": "http", "method": "GET", "path": f"{page(room)}events/", "headers": headers, "query_string": b""}
    application: Any = ASGIHandler()
    hand_on: Any = outgoing.put
    task = asyncio.create_task(Streams(application)(scope, incoming.get, hand_on))
    incoming.put_nowait({"type": "http.request", "body": b"", "more_body": False})

    async def shows(*words: str) -> None:
        shown = ""
        async with asyncio.timeout(PATIENCE):
            while not all(word in shown for word in words):
                shown = (await outgoing.get())["body"].decode()

    async with asyncio.timeout(PATIENCE):
        assert (await outgoing.get())["status"] == 200
    await shows("2 people are there")
    for one, other in ((alice, bob), (bob, alice)):
        pairs = [{"id": other.id, "relayed": True, "grade": "fair"}]
        one.send({"type": "report", "connected": 1, "relayed": 1, "unreached": [], "silent": [], "pairs": pairs})
        assert await one.refusals() == []
    await told(stage)
    await shows("Through a relay with Bob")
    bob.send({"type": "leave"})
    await alice.receive("left")
    stage.clock.advance(1)
    await shows("1 person is there", "Bob left.")
    incoming.put_nowait({"type": "http.disconnect"})
    await task
