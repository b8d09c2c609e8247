"""Alice, who owns the room, reads and downloads reports. Nobody else does."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from rooms import history
from rooms.models import Room
from schedule.models import Occurrence
from schedule.term import TermForm
from tests.rooms.scenes import make_room
from tests.schedule.lessons import make_date

pytestmark = pytest.mark.django_db


@pytest.fixture
def nine() -> datetime:
    return (timezone.now() - timedelta(days=10)).replace(hour=9, minute=0, second=0, microsecond=0)


@pytest.fixture
def room(alice: User, bob: User, nine: datetime) -> Room:
    room = make_room(alice, member=bob)
    history.joined(str(room.pk), "pa", f"user:{alice.pk}", "Alice", "owner", at=nine)
    history.joined(str(room.pk), "pc", "guest:c", "=Carol & <b>", "guest", at=nine + timedelta(minutes=20))
    history.divided(str(room.pk), {"b1": "Group; 1"}, {"pc": "b1"}, at=nine + timedelta(minutes=30))
    history.divided(str(room.pk), {}, {"pc": ""}, at=nine + timedelta(minutes=40))
    for participant in ("pc", "pa"):
        history.left(str(room.pk), participant, "left", at=nine + timedelta(minutes=50))
    return room


@pytest.fixture
def date(room: Room, nine: datetime) -> Occurrence:
    return make_date(room, nine)


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_term_names_everybody(alices: Client, room: Room, date: Occurrence) -> None:
    page = text(alices, f"/{room.slug}/report")
    assert "=Carol &amp; &lt;b&gt;" in page
    assert "Bob" in page
    assert f"/{room.slug}/report/date/{date.pk}" in page
    assert page.count("report-chart-bar") == 1


def test_a_room_in_which_nobody_met(alices: Client, alice: User) -> None:
    assert "Nobody has met here in this time." in text(alices, f"/{make_room(alice).slug}/report")


def test_one_person(alices: Client, room: Room, date: Occurrence) -> None:
    key = quote("name:0:=carol & <b>")
    page = text(alices, f"/{room.slug}/report/person?person={key}")
    assert "20 min late" in page
    assert "10 min early" in page
    assert "50 %" in page


def test_somebody_who_was_absent(alices: Client, room: Room, bob: User, date: Occurrence) -> None:
    assert "Absent" in text(alices, f"/{room.slug}/report/person?person=user:{bob.pk}")


@pytest.mark.parametrize("key", ["", "user:0", "user:", "name:0:", "\x00", "x" * 5_000])
def test_somebody_who_is_unknown(alices: Client, room: Room, key: str) -> None:
    text(alices, f"/{room.slug}/report/person?person={quote(key)}", 404)


def test_one_date(alices: Client, room: Room, date: Occurrence) -> None:
    page = text(alices, f"/{room.slug}/report/date/{date.pk}")
    assert 'x="33.33%" width="50.00%"' in page
    assert "was present for 30 min" in page
    assert "<bdi>Group; 1</bdi>: 10 min" in page
    assert re.search(r'id="absent-heading".*?<li><bdi>Bob</bdi></li>', page, re.DOTALL)


def test_one_sitting(alices: Client, room: Room) -> None:
    page = text(alices, f"/{room.slug}/report/meeting/{room.meetings.get().pk}")
    assert "not scheduled" in page
    assert "late" not in re.sub(r"<p>Late.*?</p>|<template.*?</template>|[a-z-]*translate[a-z-]*", "", page)


def test_a_date_that_has_not_begun_has_no_report(alices: Client, room: Room) -> None:
    date = make_date(room, timezone.now() + timedelta(hours=1))
    text(alices, f"/{room.slug}/report/date/{date.pk}", 404)


def test_the_table(alices: Client, room: Room, date: Occurrence, nine: datetime) -> None:
    rows = list(csv.reader(text(alices, f"/{room.slug}/report.csv").splitlines()))
    assert len(rows) == 3
    carol = rows[2]
    assert carol[:2] == ["Lesson", nine.isoformat(timespec="seconds")]
    assert carol[3:5] == ["'=Carol & <b>", "Guest"]
    assert carol[7:] == ["30", "50", "20", "10", "Group; 1: 10"]
    only = list(csv.reader(text(alices, f"/{room.slug}/report.csv?person={quote('name:0:=carol & <b>')}").splitlines()))
    assert only == [rows[0], carol]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("since=2026-05-04&until=2026-05-03", "This is before the first day."),
        ("since=2020-01-01&until=2026-05-03", "A report covers one year at most."),
        ("since=0001-01-01", "Choose a day between 2000 and 2100."),
        ("until=9999-12-31", "Choose a day between 2000 and 2100."),
        ("since=yesterday", "Enter a valid date."),
        ("since=%00", "Enter a valid date."),
        ("until=" + "1" * 5_000, "Enter a valid date."),
    ],
)
@pytest.mark.parametrize("page", ["report", "report/person"])
def test_a_bad_term_is_refused_beside_its_field(alices: Client, room: Room, page: str, query: str, says: str) -> None:
    answer = text(alices, f"/{room.slug}/{page}?{query}", 422)
    assert says in answer
    assert alices.get(f"/{room.slug}/report.csv?{query}", follow=True).status_code == 422


def test_the_term_chooses(alices: Client, room: Room, nine: datetime) -> None:
    before, after = nine.date() - timedelta(days=1), nine.date() + timedelta(days=1)
    for since, until, met in ((before, before, False), (nine.date(), nine.date(), True), (after, after, False)):
        assert ("=Carol" in text(alices, f"/{room.slug}/report?since={since}&until={until}")) == met


def test_a_day_is_that_of_the_reader() -> None:
    with timezone.override("Pacific/Honolulu"):
        form = TermForm({"since": "2026-05-03", "until": "2026-05-03"}, timezone.localdate())
        assert form.is_valid()
        assert [at.astimezone(UTC).isoformat() for at in form.span] == ["2026-05-03T10:00:00+00:00", "2026-05-04T10:00:00+00:00"]


def test_what_is_no_longer_kept_is_not_an_absence(alices: Client, room: Room, date: Occurrence, settings: Settings) -> None:
    settings.ATTENDANCE_DAYS = 5
    page = text(alices, f"/{room.slug}/report")
    assert "Nobody has met here in this time." in page
    text(alices, f"/{room.slug}/report/date/{date.pk}", 404)


@pytest.mark.parametrize("page", ["report", "report.csv", "report/person", "report/date/{date}", "report/meeting/{meeting}"])
def test_members_and_strangers_see_nothing(
    bobs: Client, mallorys: Client, client: Client, alice: User, room: Room, date: Occurrence, page: str
) -> None:
    path = f"/{room.slug}/{page.format(date=date.pk, meeting=room.meetings.get().pk)}?person=user:{alice.pk}"
    assert bobs.get(path).status_code == 404
    assert mallorys.get(path).status_code == 404
    assert client.get(path).status_code == 302


def test_another_rooms_meetings_have_no_address_here(alices: Client, alice: User, room: Room, date: Occurrence) -> None:
    other = make_room(alice)
    text(alices, f"/{other.slug}/report/date/{date.pk}", 404)
    text(alices, f"/{other.slug}/report/meeting/{room.meetings.get().pk}", 404)
