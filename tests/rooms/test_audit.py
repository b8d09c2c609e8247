"""The audit: hosts read and export it, administrators do, and nobody changes it."""

from __future__ import annotations

import csv
import inspect
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.utils.timezone import now

from accounts.models import User
from rooms import audit, commands, retention
from rooms.actors import actor
from rooms.models import AuditEntry, Room
from signaling.permissions import Actor
from tests.cast import person
from tests.rooms.scenes import make_room
from tests.rooms.test_commands import COMMANDS

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)
ALICE, CAROL = Actor("owner", "user:0", "Alice"), Actor("host", "user:0", "=Carol")
Action = AuditEntry.Action


@pytest.fixture
def room(alice: User, bob: User, carol: User) -> Room:
    room = make_room(alice, host=carol, member=bob)
    audit.record(room, ALICE, Action.CREATED, at=NINE)
    audit.record(room, CAROL, Action.STOPPED, "Bob", use="microphone", at=NINE + timedelta(minutes=1))
    audit.record(room, ALICE, Action.BANNED, "Guest <b>Mallory</b>", at=NINE + timedelta(minutes=2))
    audit.record(make_room(person("Erin")), ALICE, Action.LOCKED, at=NINE)
    return room


def page(client: Client, room: Room, **query: str) -> str:
    answer = client.get(f"/{room.slug}/audit", query)
    assert answer.status_code == 200
    return answer.content.decode()


def table(client: Client, path: str, **query: str) -> list[list[str]]:
    return list(csv.reader(client.get(path, query).content.decode().splitlines()))


def test_hosts_see_who_changed_what_the_latest_first(alices: Client, carols: Client, room: Room) -> None:
    for client in (alices, carols):
        shown = page(client, room)
        places = [shown.index(text) for text in ("Guest &lt;b&gt;Mallory", "=Carol", "Made the room")]
        assert places == sorted(places)
        assert "Microphone" in shown and "Locked the room</span>" not in shown
        assert 'datetime="2026-05-04T09:02:00+00:00"' in shown


def test_members_and_strangers_do_not(bobs: Client, mallorys: Client, client: Client, room: Room) -> None:
    for path in ("audit", "audit.csv"):
        assert [visitor.get(f"/{room.slug}/{path}").status_code for visitor in (bobs, mallorys, client)] == [404, 404, 302]
    assert f"/{room.slug}/audit" not in bobs.get(f"/{room.slug}/people").content.decode()


def test_by_action_and_by_person(alices: Client, room: Room) -> None:
    assert "Mallory" not in page(alices, room, action="stopped")
    assert "Microphone" in page(alices, room, action="stopped", person="caro")
    assert "Microphone" in page(alices, room, person="bOB")
    nothing = page(alices, room, action="stopped", person="alice")
    assert "Nothing like that has happened here." in nothing and "Download" not in nothing


@pytest.mark.parametrize("query", [{"action": "dance"}, {"person": "x" * 65}, {"person": "a\x00b"}])
def test_a_filter_that_is_not_understood_is_none(alices: Client, room: Room, query: dict[str, str]) -> None:
    answer = alices.get(f"/{room.slug}/audit", query)
    assert answer.status_code == 422
    assert b"Mallory" in answer.content
    assert len(table(alices, f"/{room.slug}/audit.csv", **query)) == 4


def test_many_entries_have_pages_and_keep_the_filter(alices: Client, room: Room) -> None:
    for minute in range(60):
        audit.record(room, ALICE, Action.ADMITTED, f"Visitor {minute:02}", at=NINE + timedelta(hours=1, minutes=minute))
    first, second = page(alices, room, action="admitted"), page(alices, room, action="admitted", page="2")
    assert "Visitor 59" in first and "Visitor 09" not in first
    assert 'href="?action=admitted&amp;page=2"' in first
    assert "Visitor 09" in second and "Mallory" not in second


def test_the_table_for_a_spreadsheet(alices: Client, room: Room) -> None:
    answer = alices.get(f"/{room.slug}/audit.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="{room.slug}-activity.csv"'
    assert list(csv.reader(answer.content.decode().splitlines())) == [
        ["time", "who", "what", "of what", "whom"],
        ["2026-05-04T09:02:00+00:00", "Alice", "kept out", "", "Guest <b>Mallory</b>"],
        ["2026-05-04T09:01:00+00:00", "'=Carol", "stopped", "Microphone", "Bob"],
        ["2026-05-04T09:00:00+00:00", "Alice", "made the room", "", ""],
    ]
    assert len(table(alices, f"/{room.slug}/audit.csv", action="stopped")) == 2


def test_settings_are_called_what_they_are_called_in_the_form(alices: Client, room: Room) -> None:
    audit.record(room, ALICE, Action.EDITED, "access, capacity, older")
    assert "who may enter, seats, older" in page(alices, room)
    assert table(alices, f"/{room.slug}/audit.csv")[1][2:] == ["changed the settings", "", "who may enter, seats, older"]


def test_an_empty_audit_says_so(alice: User, alices: Client) -> None:
    assert "Nothing has been changed here yet." in page(alices, make_room(alice))


# Administrators


@pytest.fixture
def olgas(db: None) -> Client:
    """Olga may look at the audit, and do nothing else."""
    olga, client = person("Olga"), Client()
    olga.is_staff = True
    olga.save()
    olga.user_permissions.set(Permission.objects.filter(codename__endswith="auditentry"))
    client.force_login(olga)
    return client


def test_olga_filters_and_exports(olgas: Client, room: Room) -> None:
    shown = olgas.get("/admin/rooms/auditentry/", {"action__exact": "stopped", "use__exact": "microphone"}).content.decode()
    assert "=Carol" in shown and "Mallory" not in shown
    chosen = {"action": "export", "_selected_action": [entry.pk for entry in room.audit_entries.all()]}
    answer = olgas.post("/admin/rooms/auditentry/", chosen)
    rows = list(csv.reader(answer.content.decode().splitlines()))
    assert rows[0] == ["time", "who", "what", "of what", "whom", "room", "network"]
    assert rows[2] == ["2026-05-04T09:01:00+00:00", "'=Carol", "stopped", "Microphone", "Bob", "Weekly", ""]
    assert len(rows) == 4


def test_olga_changes_and_deletes_nothing(olgas: Client, room: Room) -> None:
    entry = room.audit_entries.latest("at")
    there = f"/admin/rooms/auditentry/{entry.pk}"
    assert olgas.post(f"{there}/change/", {"actor_name": "Bob"}).status_code == 403
    assert olgas.post(f"{there}/delete/", {"post": "yes"}).status_code == 403
    assert olgas.get("/admin/rooms/auditentry/add/").status_code == 403
    olgas.post("/admin/rooms/auditentry/", {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})
    assert room.audit_entries.latest("at").actor_name == "Alice"
    assert room.audit_entries.count() == 3


# It is only added to


def test_no_code_changes_an_entry(room: Room) -> None:
    entry = room.audit_entries.latest("at")
    entry.target = "nobody"
    for change in (
        entry.save,
        entry.delete,
        lambda: AuditEntry.objects.filter(pk=entry.pk).update(target="nobody"),
        lambda: room.audit_entries.update(target="nobody"),
        lambda: AuditEntry.objects.bulk_update([entry], ["target"]),
    ):
        with pytest.raises(TypeError, match="only added to"):
            change()
    entry.refresh_from_db()
    assert entry.target == "Guest <b>Mallory</b>"


def test_it_outlives_its_room_and_its_people(room: Room, alice: User) -> None:
    audit.record(room, actor(alice, "owner"), Action.LOCKED)
    commands.delete(actor(alice, "owner"), room)
    alice.delete()
    entries = AuditEntry.objects.filter(room_name="Weekly", actor_name="Alice").exclude(room__isnull=False)
    assert [entry.action for entry in entries] == ["deleted", "locked", "banned", "created"]
    assert {entry.actor for entry in entries} == {None}


def test_entries_are_deleted_by_their_age(room: Room) -> None:
    for rows in retention.outdated(now() + timedelta(days=364)):
        rows.delete()
    assert not AuditEntry.objects.exists()


# Each change is recorded once

#: Commands that are told of below, or whose rows other tests count: acceptance and refusal of invitations, join
#: links, and bans of networks.
ELSEWHERE = {
    "make",
    "create",
    "accept",
    "decline",
    "vouch",
    "unvouch",
    "follow",
    "bar_network",
    "unbar_network",
    "give_role",
    "reserve",
    "hold",
    "hold_guests",
}
WRITTEN_AS = {"lock", "save", "delete", "let_back", "invite", "withdraw", "enroll", "change_role", "drop"}


def test_every_command_is_known() -> None:
    """``tests/rooms/test_commands.py`` runs those of WRITTEN_AS, and counts one row for each."""
    public = {name for name, one in inspect.getmembers(commands, inspect.isfunction) if one.__module__ == commands.__name__}
    assert {name for name in public if not name.startswith("_")} == ELSEWHERE | WRITTEN_AS
    assert len(COMMANDS) >= len(WRITTEN_AS)


def test_making_a_room_is_recorded_once(alice: User) -> None:
    commands.make(alice)
    assert [entry.action for entry in AuditEntry.objects.all()] == ["created"]


def test_a_command_that_fails_leaves_no_entry(room: Room) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(PermissionDenied), transaction.atomic():
        commands.lock(ALICE, room, True)
        commands.delete(Actor("host", "user:0", "Carol"), room)
    assert AuditEntry.objects.count() == before
