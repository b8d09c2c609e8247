"""A timetable invites Carol to Alice's lesson, and sees what she answers."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from accounts.models import User
from rooms.models import AuditEntry, Room
from schedule import invitees
from schedule.models import Answer, Invitee, ScheduledMeeting
from tests.api.scenes import System, problem
from tests.cast import person
from tests.rooms.scenes import make_room
from tests.schedule.scenes import enter, fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(alice: User, bob: User) -> ScheduledMeeting:
    return enter(make_room(alice, member=bob), alice, fields())


@pytest.fixture
def path(lesson: ScheduledMeeting) -> str:
    return f"rooms/{lesson.room.slug}/meetings/{lesson.pk}/invitees"


def test_people_are_invited_and_answer(lesson: ScheduledMeeting, path: str, alice: User, settings: LazySettings) -> None:
    settings.EMAIL_URL = "smtp://localhost"
    carol, system = person("Carol"), System(alice)
    made = system.post(path, {"addresses": ["Carol <Carol@example.org>", "dave@example.org", "alice@example.org"]})
    assert made.status_code == 201
    found = [(item["email"], item["name"], item["user"], item["mail"]) for item in made.json()["items"]]
    assert found == [("carol@example.org", "Carol", carol.pk, "waiting"), ("dave@example.org", "", None, "waiting")]
    invitees.answer(Invitee.objects.get(user=carol), Answer.Choice.MAYBE, "If the train runs")
    answers = {item["email"]: item["answers"] for item in system.get(path).json()["items"]}
    assert answers["dave@example.org"] == []
    assert [(one["date"], one["choice"], one["comment"]) for one in answers["carol@example.org"]] == [
        (None, "maybe", "If the train runs")
    ]
    assert system.post(path, {"addresses": ["dave@example.org"]}).json()["items"] == []
    assert AuditEntry.objects.filter(action="invited").count() == 1


def test_the_deployment_invites_and_withdraws(path: str) -> None:
    system = System(None)
    (item,) = system.post(path, {"addresses": ["carol@example.org"]}).json()["items"]
    one = f"{path}/{item['id']}"
    assert system.get(one).json() == item
    assert problem(system.delete(one, if_match='"other"')) == "changed"
    assert system.delete(one).status_code == 204
    assert problem(system.delete(one)) == "not-found"
    entries = AuditEntry.objects.order_by("pk").exclude(action="scheduled").values_list("actor_name", "action", "target")
    assert [*entries] == [
        ("Timetable", "invited", "carol@example.org: Lesson"),
        ("Timetable", "withdrew", "carol@example.org: Lesson"),
    ]


def test_a_bad_address_is_named_and_nobody_is_invited(path: str, alice: User) -> None:
    system = System(alice)
    for body, pointer in (
        ({"addresses": ["carol@example.org", "no address"]}, "#/addresses"),
        ({"addresses": []}, "#/addresses"),
        ({"addresses": ["x" * 1000]}, "#/addresses/0"),
        ({}, "#/addresses"),
    ):
        refused = system.post(path, body)
        assert (problem(refused), refused.json()["errors"][0]["pointer"]) == ("invalid", pointer), body
    assert not Invitee.objects.exists()


def test_limits_and_states(lesson: ScheduledMeeting, path: str, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    system = System(alice)
    monkeypatch.setattr(invitees, "PEOPLE_MAX", 1)
    refused = system.post(path, {"addresses": ["c@example.org", "d@example.org"]})
    assert (problem(refused), refused.json()["detail"][:9]) == ("conflict", "At most 1")
    assert system.delete(f"rooms/{lesson.room.slug}/meetings/{lesson.pk}").status_code == 204
    assert problem(system.post(path, {"addresses": ["c@example.org"]})) == "conflict"


def test_who_may(lesson: ScheduledMeeting, path: str, bob: User, mallory: User) -> None:
    kept = Invitee.objects.create(scheduled=lesson, email="carol@example.org")
    for system, answer in ((System(bob), "forbidden"), (System(mallory), "not-found")):
        assert problem(system.get(path)) == answer
        assert problem(system.post(path, {"addresses": ["c@example.org"]})) == answer
        assert problem(system.delete(f"{path}/{kept.pk}")) == answer
    assert Room.objects.count() == Invitee.objects.count() == 1
