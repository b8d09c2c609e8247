from __future__ import annotations

from datetime import timedelta
from itertools import chain, repeat
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session as Login
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Mail, SetupLink, User
from api.models import KeptAnswer, Token
from conference.cleaning import BATCH, CLEAN, clean
from events.models import Event
from events.outbox import emit
from jobs import queue
from jobs.models import Job
from jobs.runner import Runner
from rooms.models import Attendance, AuditEntry, Invitation, Meeting, Room
from tests.working import work_off

NOW = timezone.now()


def ago(days: float) -> Any:
    return NOW - timedelta(days=days)


def login(key: str, days: float) -> None:
    Login.objects.create(session_key=key, expire_date=ago(days))


def meeting(room: Room, days: float) -> Meeting:
    """A meeting that ended at this time, with one attendance."""
    sitting = Meeting.objects.create(room=room, started_at=ago(days), seen_at=ago(days), ended_at=ago(days))
    sitting.attendances.create(participant="p", name="Bob", role="member", joined_at=ago(days), left_at=ago(days))
    return sitting


@pytest.fixture
def room(alice: User) -> Room:
    return Room.objects.create(name="Weekly")


def test_what_has_expired_goes_and_what_has_not_stays(room: Room, alice: User, settings: Settings) -> None:
    settings.ATTENDANCE_DAYS, settings.HISTORY_DAYS, settings.AUDIT_DAYS = 10, 20, 30
    login("old", 0.1)
    login("new", -0.1)
    for days in (13, 15):
        Invitation.objects.create(room=room, email=f"{days}@example.org", created_at=ago(days))
    meetings = [meeting(room, days) for days in (9, 11, 21)]
    for days in (29, 31):
        AuditEntry.objects.create(room=room, room_name="Weekly", action="created", at=ago(days))
        LogEntry.objects.create(user=alice, action_flag=2, object_repr=f"{days}", action_time=ago(days))
    SetupLink.objects.create(digest="old")
    SetupLink.objects.update(created_at=ago(8))
    SetupLink.objects.create(digest="new")
    for days in (13, 15):
        Mail.objects.create(to=f"{days}@example.org", status="sent", created_at=ago(days))
        Job.objects.create(kind="wave", about=f"{days}", status="done", finished_at=ago(days))
        emit(Event.Kind.JOINED, days, at=ago(days))
    for days in (29, 31):
        Token.objects.create(name=f"{days}", digest=f"{days}", expires_at=ago(days))
    token = Token.objects.create(name="valid", digest="valid", expires_at=ago(-1))
    for hours in (23, 25):
        KeptAnswer.objects.create(token=token, key=f"{hours}", created_at=ago(hours / 24))
    clean(NOW)
    assert [*Token.objects.order_by("pk").values_list("name", flat=True)] == ["29", "valid"]
    assert KeptAnswer.objects.get().key == "23"
    assert [event.room for event in Event.objects.all()] == [13]
    assert list(Login.objects.values_list("pk", flat=True)) == ["new"]
    assert list(Invitation.objects.values_list("email", flat=True)) == ["13@example.org"]
    assert list(Meeting.objects.order_by("-ended_at")) == meetings[:2]
    assert [one.meeting for one in Attendance.objects.all()] == meetings[:1]
    assert [one.at for one in AuditEntry.objects.all()] == [ago(29)]
    assert [one.object_repr for one in LogEntry.objects.all()] == ["29"]
    assert list(SetupLink.objects.values_list("digest", flat=True)) == ["new"]
    assert list(Mail.objects.values_list("to", flat=True)) == ["13@example.org"]
    assert list(Job.objects.filter(kind="wave").values_list("about", flat=True)) == ["13"]


def test_a_meeting_that_goes_on_stays_however_long(room: Room, settings: Settings) -> None:
    settings.ATTENDANCE_DAYS = settings.HISTORY_DAYS = 1
    sitting = Meeting.objects.create(room=room, started_at=ago(9), seen_at=NOW)
    sitting.attendances.create(participant="p", name="Bob", role="member", joined_at=ago(9))
    assert clean(NOW) == 0
    assert (Meeting.objects.count(), Attendance.objects.count()) == (1, 1)


def test_many_rows_go_in_batches_and_the_end_of_the_server_waits_for_one(db: None) -> None:
    Login.objects.bulk_create(Login(session_key=str(number), expire_date=ago(1)) for number in range(2 * BATCH + 1))
    asked = chain([False], repeat(True))
    assert clean(NOW, lambda: next(asked)) == BATCH
    assert clean(NOW) == BATCH + 1


@pytest.mark.django_db(transaction=True)
def test_a_server_cleans_by_itself_once_an_hour() -> None:
    login("old", 1)
    runner = Runner([CLEAN])
    runner.start()
    while Login.objects.exists():
        assert all(thread.is_alive() for thread in runner.threads)
    runner.stop()
    login("old", 1)
    queue.plan([CLEAN])
    work_off(CLEAN)
    assert Login.objects.exists()


def test_a_worker_whose_clock_is_ahead_removes_nothing_early(room: Room, alice: User, wrong_clock: None) -> None:
    login("new", -14)
    Invitation.objects.create(room=room, email="bob@example.org", created_at=ago(1))
    meeting(room, 1)
    AuditEntry.objects.create(room=room, room_name="Weekly", action="created", at=ago(1))
    LogEntry.objects.create(user=alice, action_flag=2, object_repr="new", action_time=ago(1))
    SetupLink.objects.create(digest="new")
    Mail.objects.create(to="bob@example.org", status="sent", created_at=ago(1))
    Job.objects.create(kind="wave", status="done", finished_at=ago(1))
    KeptAnswer.objects.create(token=Token.objects.create(digest="valid", expires_at=ago(-1)), key="k", created_at=ago(0.9))
    kept = (Login, Invitation, Meeting, Attendance, AuditEntry, LogEntry, SetupLink, Mail, Job, Token, KeptAnswer)
    queue.plan([CLEAN])
    before = [model.objects.count() for model in kept]
    work_off(CLEAN)
    assert Job.objects.get(kind=CLEAN.name).finished_at
    assert [model.objects.count() for model in kept] == before
