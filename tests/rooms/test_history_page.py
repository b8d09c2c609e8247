from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from rooms import history
from rooms.models import Room
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    room = make_room(alice, member=bob)
    history.joined(str(room.pk), "p1", f"user:{alice.pk}", "Alice", "owner", at=NINE)
    history.joined(str(room.pk), "p2", "guest:c", "=Carol", "guest", at=NINE + timedelta(minutes=1))
    history.left(str(room.pk), "p2", "left", at=NINE + timedelta(minutes=2))
    return room


def test_alice_sees_who_was_there(alices: Client, room: Room) -> None:
    page = alices.get(f"/{room.slug}/history").content.decode()
    assert "=Carol" in page
    assert 'datetime="2026-05-04T09:01:00+00:00"' in page
    assert "still there" in page


def test_an_empty_history_says_so(alices: Client, alice: User) -> None:
    assert b"Nobody has met here yet." in alices.get(f"/{make_room(alice).slug}/history").content


def test_many_meetings_have_pages(alices: Client, room: Room) -> None:
    for day in range(1, 12):
        history.left(str(room.pk), "p1", "left", at=NINE + timedelta(days=day, hours=-1))
        history.joined(str(room.pk), "p1", "guest:d", f"Visitor {day:02}", "guest", at=NINE + timedelta(days=day))
    assert b"=Carol" not in alices.get(f"/{room.slug}/history").content
    assert b"=Carol" in alices.get(f"/{room.slug}/history?page=2").content


def test_the_table_for_a_spreadsheet(alices: Client, room: Room) -> None:
    answer = alices.get(f"/{room.slug}/history.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="{room.slug}.csv"'
    assert list(csv.reader(answer.content.decode().splitlines())) == [
        ["meeting began", "name", "role", "joined", "left"],
        ["2026-05-04T09:00:00+00:00", "Alice", "Owner", "2026-05-04T09:00:00+00:00", ""],
        ["2026-05-04T09:00:00+00:00", "'=Carol", "Guest", "2026-05-04T09:01:00+00:00", "2026-05-04T09:02:00+00:00"],
    ]


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        *((f"{sign}1+1", f"'{sign}1+1") for sign in "=+-@＝＋－＠﹦"),
        ("  =1+1", "'  =1+1"),
        ("\u3000=1+1", "'\u3000=1+1"),
        ('"=1+1', "'\"=1+1"),
        ("\t=1+1", "'\t'=1+1"),
        ("Carol;=1+1", "Carol;'=1+1"),
        ("Carol; ＝1+1", "Carol;' ＝1+1"),
        ('Carol";"@A1', 'Carol";\'"@A1'),
        ("Carol\t+1", "Carol\t'+1"),
        ("Carol,=1+1", "Carol,'=1+1"),
        ("Anne-Marie", "Anne-Marie"),
        ("Smith, John", "Smith, John"),
        ("a=b+c@d", "a=b+c@d"),
    ],
)
def test_no_name_is_calculated(alices: Client, room: Room, name: str, cell: str) -> None:
    room.meetings.get().attendances.filter(participant="p2").update(name=name)
    text = alices.get(f"/{room.slug}/history.csv").content.decode()
    assert list(csv.reader(io.StringIO(text, newline="")))[2][1] == cell


@pytest.mark.parametrize("page", ["history", "history.csv"])
def test_members_and_strangers_see_nothing(bobs: Client, mallorys: Client, client: Client, room: Room, page: str) -> None:
    assert bobs.get(f"/{room.slug}/{page}").status_code == 404
    assert mallorys.get(f"/{room.slug}/{page}").status_code == 404
    assert client.get(f"/{room.slug}/{page}").status_code == 302
