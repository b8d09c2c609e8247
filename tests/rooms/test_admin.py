from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from rooms import history
from rooms.actors import actor
from rooms.models import AuditEntry, Ban, Invitation, Meeting, Membership, Room
from tests.rooms.conftest import Enter, audit, locked, names
from tests.rooms.scenes import make_room, room_form

pytestmark = pytest.mark.django_db

LISTS = ["room", "membership", "ban", "invitation", "meeting", "attendance", "auditentry"]


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


def page(room: Room) -> str:
    return f"/admin/rooms/room/{room.pk}/change/"


def form(room: Room, **changes: Any) -> dict[str, Any]:
    """The room's page, as the browser sends it back unchanged but for ``changes``."""
    memberships = list(room.memberships.order_by("pk"))
    fields = room_form(room)
    if room.locked:
        fields["locked"] = "on"
    for prefix, count in (("memberships", len(memberships)), ("bans", room.bans.count()), ("network_bans", 0)):
        fields |= {f"{prefix}-TOTAL_FORMS": count, f"{prefix}-INITIAL_FORMS": count}
    for number, membership in enumerate(memberships):
        row = {"id": membership.pk, "room": room.pk, "user": membership.user_id, "role": membership.role}
        fields |= {f"memberships-{number}-{name}": value for name, value in row.items()}
    return fields | changes


def test_every_list_opens_and_searches(olgas: Client, olga: User, room: Room, carol: User) -> None:
    Ban.objects.create(room=room, user=carol, name="Carol", by=olga)
    Invitation.objects.create(room=room, email="dave@example.org", by=olga)
    history.joined(str(room.pk), "p1", "guest:c", "Carol", "guest")
    history.audit(str(room.pk), actor(olga, "staff"), "removed", ("Bob", "member"))
    for name in LISTS:
        assert olgas.get(f"/admin/rooms/{name}/").status_code == 200
        assert b'id="result_list"' in olgas.get(f"/admin/rooms/{name}/?q=Weekly").content
        assert b"0 results" in olgas.get(f"/admin/rooms/{name}/?q=nothing+like+it").content


@pytest.mark.parametrize("query", ["locked__exact=1", "access__exact=link", "passcode=yes", "passcode=no"])
def test_rooms_are_filtered(olgas: Client, room: Room, query: str) -> None:
    make_room(name="Other", locked=True, passcode="open sesame", access="members")
    content = olgas.get(f"/admin/rooms/room/?{query}").content
    assert (b"Weekly" in content) is (query in {"access__exact=link", "passcode=no"})
    assert (b"Other" in content) is (query in {"locked__exact=1", "passcode=yes"})


def test_a_list_costs_the_same_however_long(
    olgas: Client, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        make_room(alice)
    with django_assert_max_num_queries(12):
        olgas.get("/admin/rooms/room/")


def test_what_the_system_writes_is_read_only(olgas: Client, olga: User, room: Room) -> None:
    history.joined(str(room.pk), "p1", "guest:c", "Carol", "guest")
    history.audit(str(room.pk), actor(olga, "staff"), "removed", ("Bob", "member"))
    for name in LISTS[1:]:
        assert olgas.get(f"/admin/rooms/{name}/add/").status_code == 403
    entry, meeting = AuditEntry.objects.get(), Meeting.objects.get()
    assert olgas.get(f"/admin/rooms/auditentry/{entry.pk}/change/").status_code == 200
    assert olgas.post(f"/admin/rooms/auditentry/{entry.pk}/change/", {"target": "x"}).status_code == 403
    assert olgas.post(f"/admin/rooms/auditentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert b"Carol" in olgas.get(f"/admin/rooms/meeting/{meeting.pk}/change/").content


def test_addresses_of_the_time_when_meetings_were_called_sessions_lead_on(olgas: Client) -> None:
    assert olgas.get("/admin/rooms/session/7/change/?_popup=1")["Location"] == "/admin/rooms/meeting/7/change/?_popup=1"
    assert olgas.get("/admin/rooms/session/")["Location"] == "/admin/rooms/meeting/"


def test_olga_sees_who_is_in_there(olgas: Client, room: Room, enter: Enter) -> None:
    enter(room, "Mallory", "guest:m")
    content = olgas.get(page(room)).content.decode()
    assert "In there now: 1" in content
    assert f'href="/admin/rooms/room/{room.pk}/live/"' in content
    assert '<td class="field-in_there">1</td>' in olgas.get("/admin/rooms/room/").content.decode()


def test_olga_finds_bob_wherever_he_is(olgas: Client, room: Room, alice: User, bob: User) -> None:
    other = make_room(alice, name="Choir")
    history.joined(str(room.pk), "p0", f"user:{alice.pk}", "Alice", "owner")
    history.joined(str(room.pk), "p1", f"user:{bob.pk}", "Bobby", "member")
    history.left(str(room.pk), "p1", "left")
    history.joined(str(other.pk), "p2", f"user:{bob.pk}", "Bobby", "guest")
    history.divided(str(other.pk), {"b1": "Altos"}, {"p2": "b1"})
    for words in (bob.email, "Bobby"):
        content = olgas.get("/admin/rooms/attendance/", {"there": "yes", "q": words}).content.decode()
        assert f'<td class="field-room"><a href="{page(other)}">Choir</a></td>' in content
        assert '<td class="field-breakout_room">Altos</td>' in content
        assert page(room) not in content
    gone = olgas.get("/admin/rooms/attendance/", {"there": "no"}).content.decode()
    assert page(room) in gone
    assert page(other) not in gone


def test_olga_edits_a_room(olgas: Client, room: Room) -> None:
    answer = olgas.post(page(room), form(room, name="Monday", locked="on"))
    assert answer.status_code == 302
    room.refresh_from_db()
    assert (room.name, room.locked) == ("Monday", True)
    assert audit() == [("Olga", "locked", ""), ("Olga", "edited", "name")]


def test_olga_changes_roles(olgas: Client, room: Room, bob: User, carol: User) -> None:
    more = {
        "memberships-TOTAL_FORMS": 3,
        "memberships-2-user": carol.pk,
        "memberships-2-role": "member",
        "memberships-1-role": "host",
    }
    assert olgas.post(page(room), form(room, **more)).status_code == 302
    assert list(room.memberships.order_by("pk").values_list("user", "role"))[1:] == [(bob.pk, "host"), (carol.pk, "member")]
    assert audit() == [("Olga", "role", "Bob: Host"), ("Olga", "added", "Carol: Member")]


def test_olga_adds_nobody_whose_address_is_not_verified(olgas: Client, room: Room, carol: User) -> None:
    EmailAddress.objects.filter(user=carol).update(verified=False)
    more = {"memberships-TOTAL_FORMS": 3, "memberships-2-user": carol.pk, "memberships-2-role": "member"}
    answer = olgas.post(page(room), form(room, **more))
    assert b"The address of Carol is not verified" in answer.content
    assert not room.memberships.filter(user=carol).exists()
    choices = olgas.get("/admin/autocomplete/?app_label=rooms&model_name=membership&field_name=user").json()["results"]
    assert {choice["text"] for choice in choices} == {
        "Alice, alice@example.org",
        "Bob, bob@example.org",
        "Carol, carol@example.org (address not verified)",
        "Olga, olga@example.org",
    }


def test_a_membership_stays_the_same_persons(olgas: Client, room: Room, bob: User, carol: User) -> None:
    olgas.post(page(room), form(room, **{"memberships-1-user": carol.pk, "memberships-1-role": "host"}))
    assert list(room.memberships.filter(role="host").values_list("user", flat=True)) == [bob.pk]
    assert audit() == [("Olga", "role", "Bob: Host")]


def test_a_room_has_one_owner(olgas: Client, room: Room) -> None:
    answer = olgas.post(page(room), form(room, **{"memberships-1-role": "owner"}))
    assert answer.status_code == 200
    assert b"A room has one owner." in answer.content
    assert audit() == []


def test_olga_hands_a_room_to_bob(olgas: Client, room: Room, alice: User, bob: User) -> None:
    olgas.post(page(room), form(room, **{"memberships-1-role": "owner", "memberships-0-role": "host"}))
    assert list(room.memberships.order_by("pk").values_list("user", "role")) == [(alice.pk, "host"), (bob.pk, "owner")]


def test_olga_leaves_the_screen_to_hosts(olgas: Client, room: Room) -> None:
    for wanted in (["screen"], ["screen"], []):
        assert olgas.post(page(room), form(room, hosts_only=wanted)).status_code == 302
        room.refresh_from_db()
        assert room.hosts_only == " ".join(wanted)
    assert audit() == [("Olga", "edited", "hosts_only"), ("Olga", "edited", "hosts_only")]


def test_olga_takes_bob_out(olgas: Client, room: Room, bob: User, enter: Enter) -> None:
    enter(room, "Bob", f"user:{bob.pk}")
    assert olgas.post(page(room), form(room, **{"memberships-1-DELETE": "on"})).status_code == 302
    assert names(room.pk) == []
    assert audit() == [("Olga", "dropped", "Bob")]


def test_olga_makes_a_room_for_alice(olgas: Client, alice: User) -> None:
    fields = {
        "name": "New",
        "access": "link",
        "ice_policy": "all",
        "chat": "everyone",
        "waits": "nobody",
        "lobby_opens": "never",
        "capacity": 8,
        "bans-TOTAL_FORMS": 0,
        "bans-INITIAL_FORMS": 0,
        "network_bans-TOTAL_FORMS": 0,
        "network_bans-INITIAL_FORMS": 0,
    }
    owner = {
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-user": alice.pk,
        "memberships-0-role": "owner",
    }
    assert olgas.post("/admin/rooms/room/add/", fields | owner).status_code == 302
    assert Room.objects.owned_by(alice.pk).get().name == "New"
    assert audit() == [("Olga", "created", ""), ("Olga", "added", "Alice: Owner")]


def test_olga_deletes_rooms(olgas: Client, room: Room, enter: Enter) -> None:
    other = make_room()
    enter(room, "Bob", "guest:b")
    history.joined(str(room.pk), "p1", "guest:b", "Bob", "guest")
    room_id = room.pk
    assert olgas.post(f"/admin/rooms/room/{room_id}/delete/", {"post": "yes"}).status_code == 302
    assert names(room_id) == []
    olgas.post("/admin/rooms/room/", {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"})
    assert not Room.objects.exists()
    assert audit() == [("Olga", "deleted", ""), ("Olga", "deleted", "")]


def test_olga_removes_passcodes(olgas: Client) -> None:
    room = make_room(passcode="open sesame")
    olgas.post("/admin/rooms/room/", {"action": "remove_passcodes", "_selected_action": [room.pk]})
    room.refresh_from_db()
    assert room.passcode == ""
    assert audit() == [("Olga", "edited", "passcode")]


def test_taking_rows_away_is_written_down(olgas: Client, room: Room, bob: User, carol: User) -> None:
    ban = Ban.objects.create(room=room, user=carol, name="Carol")
    invitation = Invitation.objects.create(room=room, email="dave@example.org")
    membership = Membership.objects.get(user=bob)
    for name, row in (("ban", ban), ("invitation", invitation), ("membership", membership)):
        assert olgas.post(f"/admin/rooms/{name}/{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert audit() == [("Olga", "unbanned", "Carol"), ("Olga", "withdrew", "dave@example.org"), ("Olga", "dropped", "Bob")]


def test_alice_is_no_administrator(alices: Client, room: Room) -> None:
    assert alices.get(page(room))["Location"].startswith("/admin/login/")


def test_olga_cannot_have_what_the_deployment_has_not(olgas: Client, room: Room, settings: Settings) -> None:
    assert "Only through the relay" not in olgas.get(page(room)).content.decode()
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:turn.example.org"], "shared with coturn"
    assert "Only through the relay" in olgas.get(page(room)).content.decode()


def act(client: Client, action: str, *rooms: Room, **more: str) -> str:
    """Choose an action for these rooms in the list; the page that follows."""
    form = {"action": action, "_selected_action": [room.pk for room in rooms], **more}
    answer = client.post("/admin/rooms/room/", form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_many_rooms_are_locked_and_unlocked_at_once(olgas: Client, alice: User) -> None:
    open_, other, shut = make_room(alice), make_room(alice), make_room(alice, locked=True)
    assert "2 rooms are locked now." in act(olgas, "lock", open_, other, shut)
    assert not Room.objects.filter(locked=False).exists()
    assert audit() == [("Olga", "locked", "")] * 2
    assert "1 room is unlocked now." in act(olgas, "unlock", other)
    assert list(Room.objects.filter(locked=False)) == [other]


@pytest.mark.parametrize("action", ["lock", "remove_passcodes", "delete_selected"])
def test_more_rooms_than_a_page_shows_are_refused(olgas: Client, action: str) -> None:
    Room.objects.bulk_create(Room(name=f"Room {number}") for number in range(201))
    for said in (
        act(olgas, action, *Room.objects.all()),
        act(olgas, action, Room.objects.all()[0], select_across="1", post="yes"),
    ):
        assert "At most 200 rows can be changed at once, and 201 are selected." in said
    assert Room.objects.filter(locked=False).count() == 201 and not audit()


def test_all_rooms_of_a_filtered_list_are_locked(olgas: Client) -> None:
    Room.objects.bulk_create(Room(name=f"Room {number}", waits="nobody" if number else "guests") for number in range(201))
    form = {"action": "lock", "_selected_action": [Room.objects.all()[0].pk], "select_across": "1"}
    assert olgas.post("/admin/rooms/room/?waits__exact=guests", form).status_code == 302
    assert Room.objects.filter(locked=True).count() == 1


def test_meetings_in_many_rooms_are_ended_after_a_question(olgas: Client, alice: User, enter: Enter) -> None:
    busy, other, empty = make_room(alice, name="Busy"), make_room(alice, name="Other"), make_room(alice, name="Empty")
    enter(busy, "Bob", "guest:b")
    enter(busy, "Carol", "guest:c")
    enter(other, "Mallory", "guest:m")
    question = act(olgas, "end", busy, other, empty)
    assert "Busy: 2 people are there now." in question and "Empty" not in question
    assert names(busy.pk) == ["Bob", "Carol"]
    assert "2 meetings have been ended." in act(olgas, "end", busy, other, empty, confirmed="yes")
    assert names(busy.pk) == names(other.pk) == []
    assert audit() == [("Olga", "ended", "")] * 2
    assert "0 meetings have been ended." in act(olgas, "end", busy, empty)


def test_whoever_may_only_look_acts_on_no_room(client: Client, bob: User, room: Room, enter: Enter) -> None:
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    bob.user_permissions.add(Permission.objects.get(codename="view_room"))
    enter(room, "Mallory", "guest:m")
    client.force_login(bob)
    for action in ("lock", "end"):
        act(client, action, room, confirmed="yes")
    assert not locked(room) and names(room.pk) == ["Mallory"] and not audit()


def test_many_rooms_are_deleted_after_a_question(olgas: Client, alice: User, enter: Enter) -> None:
    rooms = [make_room(alice), make_room(alice)]
    enter(rooms[0], "Bob", "guest:b")
    assert "Are you sure" in act(olgas, "delete_selected", *rooms)
    assert Room.objects.count() == 2
    act(olgas, "delete_selected", *rooms, post="yes")
    assert not Room.objects.exists() and names(rooms[0].pk) == []
    assert audit() == [("Olga", "deleted", "")] * 2
