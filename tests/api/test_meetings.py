"""A timetable keeps Alice's lessons, which Bob, a member, may see."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from accounts.models import User
from rooms.models import AuditEntry, Room
from schedule.models import Occurrence, ScheduledMeeting
from tests.api.scenes import System, problem
from tests.rooms.scenes import make_room
from tests.schedule.scenes import ZONE, enter, lesson_day, starts, ten, weekly

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture
def lesson(room: Room, alice: User) -> ScheduledMeeting:
    """Each week, four times."""
    return enter(room, alice, weekly(count=4))


def body(**others: Any) -> dict[str, Any]:
    return {"title": "Lesson", "starts_at": ten(lesson_day()).isoformat(), "minutes": 60, "zone": ZONE, **others}


def text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_lesson_is_scheduled_as_on_the_page(room: Room, alice: User) -> None:
    system, path = System(alice), f"rooms/{room.slug}/meetings"
    made = system.post(path, body(repeats="weekly", count=3, agenda="Fractions"))
    assert made.status_code == 201
    lesson = ScheduledMeeting.objects.get()
    assert starts(lesson) == [ten(lesson_day(week)) for week in (1, 2, 3)]
    assert (lesson.organiser, lesson.date, lesson.begins, lesson.minutes) == (alice, lesson_day(), time(10), 60)
    assert (made.json()["starts_at"], made.json()["zone"]) == (text(ten(lesson_day())), ZONE)
    assert (made.json()["repeats"], made.json()["count"], made.json()["agenda"]) == ("weekly", 3, "Fractions")
    assert made.json()["organiser"] == {"id": alice.pk, "name": "Alice"}
    assert system.get(made["Location"].partition("/api/v1/")[2]).json() == made.json()
    assert AuditEntry.objects.get().action == "scheduled"


def test_the_deployment_schedules_without_an_organiser(room: Room) -> None:
    made = System(None).post(f"rooms/{room.slug}/meetings", body())
    assert (made.status_code, made.json()["organiser"], made.json()["repeats"]) == (201, None, "")
    assert AuditEntry.objects.get().actor_name == "Timetable"


def test_a_list_has_the_dates_of_a_window(room: Room, lesson: ScheduledMeeting, alice: User, bob: User) -> None:
    enter(room, alice, weekly(title="Later", date=lesson_day(9), count=1))
    path, second = f"rooms/{room.slug}/meetings", ten(lesson_day(2))
    (item,) = System(bob).get(f"{path}?from={text(second)}&until={text(second + timedelta(days=8))}").json()["items"]
    assert item["title"] == "Lesson"
    assert [one["starts_at"] for one in item["dates"]] == [text(second), text(ten(lesson_day(3)))]
    assert [len(item["dates"]) for item in System(bob).get(path).json()["items"]] == [4]
    everything = System(bob).get(f"{path}/{lesson.pk}/dates?limit=3").json()
    assert [one["starts_at"] for one in everything["items"]] == [text(ten(lesson_day(week))) for week in (4, 3, 2)]
    assert everything["next"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("from=yesterday", "from"),
        ("from=2026-01-01T00:00", "from"),
        ("from=9999-12-31T23:59:59Z", "from"),
        ("from=2026-01-02T00:00Z&until=2026-01-01T00:00Z", "until"),
        ("from=2026-01-01T00:00Z&until=2027-01-01T00:00Z", "until"),
        ("since=2026-01-01T00:00Z", "since"),
    ],
)
def test_a_bad_window_is_named(room: Room, alice: User, query: str, parameter: str) -> None:
    refused = System(alice).get(f"rooms/{room.slug}/meetings?{query}")
    assert (problem(refused), refused.json()["errors"][0]["parameter"]) == ("invalid", parameter)


@pytest.mark.parametrize(
    ("others", "pointer"),
    [
        ({"title": " \n"}, "#/title"),
        ({"starts_at": "2001-01-01T10:00Z"}, "#/starts_at"),
        ({"starts_at": "2099-01-01T10:00Z"}, "#/starts_at"),
        ({"starts_at": "9999-12-31T10:00Z"}, "#/starts_at"),
        ({"starts_at": "2030-01-01T10:00:30Z"}, "#/starts_at"),
        ({"starts_at": "2030-01-01T10:00"}, "#/starts_at"),
        ({"minutes": 1441}, "#/minutes"),
        ({"zone": "Europe/Atlantis"}, "#/zone"),
        ({"repeats": "weekly", "count": 2, "until": "2099-01-01"}, "#/until"),
        ({"repeats": "hourly"}, "#/repeats"),
        ({"days": ["XX"]}, "#/days/0"),
        ({"uid": "x"}, "#/uid"),
    ],
    ids=str,
)
def test_a_bad_value_is_named(room: Room, alice: User, others: dict[str, Any], pointer: str) -> None:
    refused = System(alice).post(f"rooms/{room.slug}/meetings", body(**others))
    assert (problem(refused), refused.json()["errors"][0]["pointer"]) == ("invalid", pointer)
    assert not ScheduledMeeting.objects.exists()


def test_all_dates_are_changed(room: Room, lesson: ScheduledMeeting, alice: User) -> None:
    path = f"rooms/{room.slug}/meetings/{lesson.pk}"
    system = System(alice)
    seen = system.get(path)["ETag"]
    changed = system.patch(path, {"minutes": 90, "title": "Fractions"}, if_match=seen)
    assert (changed.status_code, changed.json()["minutes"], changed.json()["title"]) == (200, 90, "Fractions")
    assert starts(lesson) == [ten(lesson_day(week)) for week in (1, 2, 3, 4)]
    assert problem(system.patch(path, {"minutes": 30}, if_match=seen)) == "changed"
    assert system.patch(path, {"zone": "Europe/London"}).json()["starts_at"] == text(ten(lesson_day(), time(11)))


def test_one_date_is_moved(room: Room, lesson: ScheduledMeeting, alice: User) -> None:
    second = lesson.occurrences.get(starts_at=ten(lesson_day(2)))
    path = f"rooms/{room.slug}/meetings/{lesson.pk}?scope=one&date={second.pk}"
    system = System(alice)
    assert system.patch(path, {"starts_at": text(ten(lesson_day(2), time(12)))}).status_code == 200
    second.refresh_from_db()
    assert (second.starts_at, second.ends_at - second.starts_at) == (ten(lesson_day(2), time(12)), timedelta(hours=1))
    assert lesson.occurrences.filter(changed=True).count() == 1
    refused = system.patch(path, {"repeats": "daily"})
    assert (problem(refused), refused.json()["errors"][0]["pointer"]) == ("invalid", "#/repeats")


def test_the_following_dates_become_a_meeting_of_their_own(room: Room, lesson: ScheduledMeeting, alice: User) -> None:
    third = lesson.occurrences.get(starts_at=ten(lesson_day(3)))
    path = f"rooms/{room.slug}/meetings/{lesson.pk}?scope=following&date={third.pk}"
    changed = System(alice).patch(path, {"title": "Decimals"}).json()
    assert changed["id"] != lesson.pk
    later = ScheduledMeeting.objects.get(pk=changed["id"])
    assert (starts(lesson), starts(later)) == (
        [ten(lesson_day(1)), ten(lesson_day(2))],
        [ten(lesson_day(3)), ten(lesson_day(4))],
    )


def test_dates_are_cancelled(room: Room, lesson: ScheduledMeeting, alice: User) -> None:
    system, path = System(alice), f"rooms/{room.slug}/meetings/{lesson.pk}"
    first, _second, third, _fourth = lesson.occurrences.order_by("starts_at")
    assert system.delete(f"{path}?scope=one&date={first.pk}").status_code == 204
    assert system.delete(f"{path}?scope=following&date={third.pk}").status_code == 204
    assert [one["cancelled"] for one in system.get(f"{path}/dates").json()["items"]] == [False, True]
    assert problem(system.delete(f"{path}?scope=one&date={first.pk}")) == "conflict"
    assert system.delete(path).status_code == 204
    assert system.get(path).json()["cancelled_at"]
    assert problem(system.delete(path)) == problem(system.patch(path, {"minutes": 30})) == "conflict"
    assert [*AuditEntry.objects.values_list("action", flat=True)].count("called_off") == 3


@pytest.mark.parametrize("query", ["scope=one", "scope=following", "date=1", "scope=none", "scope=one&date=x"])
def test_which_dates_must_be_said(room: Room, lesson: ScheduledMeeting, alice: User, query: str) -> None:
    refused = System(alice).delete(f"rooms/{room.slug}/meetings/{lesson.pk}?{query}")
    assert problem(refused) == "invalid"
    assert not Occurrence.objects.filter(cancelled=True).exists()


def test_who_may(room: Room, lesson: ScheduledMeeting, bob: User, mallory: User) -> None:
    path = f"rooms/{room.slug}/meetings"
    assert System(bob).get(path).status_code == 200
    assert problem(System(mallory).get(path)) == "not-found"
    for system, answer in ((System(bob), "forbidden"), (System(mallory), "not-found")):
        assert problem(system.post(path, body())) == answer
        assert problem(system.patch(f"{path}/{lesson.pk}", {"minutes": 5})) == answer
        assert problem(system.delete(f"{path}/{lesson.pk}")) == answer
    elsewhere = make_room(mallory)
    assert problem(System(mallory).delete(f"rooms/{elsewhere.slug}/meetings/{lesson.pk}")) == "not-found"
    foreign = enter(elsewhere, mallory, weekly()).occurrences.first()
    assert foreign and problem(System(None).delete(f"{path}/{lesson.pk}?scope=one&date={foreign.pk}")) == "not-found"
