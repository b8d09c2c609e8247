"""Reminders by mail: who gets one, when, and what becomes of it if the meeting is moved or cancelled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from accounts import outbox
from accounts.models import User
from accounts.outbox import Letter
from jobs import queue
from jobs.models import Job
from jobs.sealing import unseal
from rooms.actors import actor
from rooms.models import Ban, Room
from schedule import commands, mails, reminders
from schedule.models import Answer, Invitee, NotificationChoices, Occurrence, ScheduledMeeting
from tests.cast import person
from tests.jobs.test_queue import at_once
from tests.mail_server import mail_server
from tests.redis_server import free_port
from tests.rooms.scenes import make_room
from tests.schedule.scenes import enter, soon
from tests.working import work_off

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
KINDS = (reminders.FOLLOW.job, reminders.REMIND, reminders.SEND)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture(autouse=True)
def _mail(settings: Settings) -> Iterator[None]:
    settings.EMAIL_URL = "smtp://mail.example.org"
    yield


def invite(scheduled: ScheduledMeeting, name: str, **fields: Any) -> Invitee:
    return Invitee.objects.create(scheduled=scheduled, email=f"{name.lower()}@example.org", name=name, **fields)


def choose(user: User, **fields: Any) -> None:
    NotificationChoices.objects.update_or_create(user=user, defaults=fields)


def time_passes(*kinds: Any) -> list[str]:
    """Jobs of these kinds that wait are due, one kind after the other. Returns to whom mails went in all, in order of address."""
    for kind in kinds or KINDS:
        Job.objects.filter(kind=kind.name, status="waiting").update(due_at=Now())
        work_off(kind)
    return sorted(message.to[0].partition("@")[0] for message in mail.outbox)


def test_the_organiser_and_the_invited_are_reminded_an_hour_before(room: Room, alice: User, bob: User) -> None:
    """Bob has an account, Carol has none, Dave only belongs to the room."""
    scheduled = enter(room, alice, soon(90))
    date = scheduled.occurrences.get()
    invite(scheduled, "Bob", user=bob)
    invite(scheduled, "Carol")
    room.memberships.create(user=person("Dave"))
    assert time_passes(reminders.FOLLOW.job) == []
    assert Job.objects.get(kind=reminders.REMIND.name).due_at == date.starts_at - HOUR - reminders.EARLY
    assert time_passes(reminders.REMIND) == []
    assert {job.due_at for job in Job.objects.filter(kind=reminders.SEND.name)} == {date.starts_at - HOUR}
    assert time_passes(reminders.SEND) == ["alice", "bob", "carol"]


def test_nobody_is_reminded_twice(room: Room, alice: User, bob: User) -> None:
    scheduled = enter(room, alice, soon(61))
    invite(scheduled, "Alice", user=alice)
    invite(scheduled, "Bob", user=bob)
    choose(bob, mail="all")
    for _ in range(2):
        reminders.plan(Occurrence.objects.all())
        time_passes()
    Job.objects.filter(kind=reminders.REMIND.name).update(status="waiting")
    assert time_passes() == ["alice", "bob"]


@pytest.mark.django_db(transaction=True)
def test_several_processes_plan_and_nobody_is_reminded_twice(room: Room, alice: User) -> None:
    scheduled = enter(room, alice, soon(61))
    for number in range(20):
        invite(scheduled, f"guest{number}")
    at_once(4, lambda: reminders.plan(Occurrence.objects.all()))
    at_once(4, time_passes)
    assert len(time_passes()) == len(set(time_passes())) == 21


def test_a_title_from_right_to_left_is_apart_in_the_subject(room: Room, alice: User) -> None:
    enter(room, alice, soon(61, title="درس 3!"))
    time_passes()
    assert mail.outbox[0].subject.startswith("Reminder: “\u2068درس 3!\u2069”, ")


def test_the_mail_can_be_read_and_ended(room: Room, alice: User, settings: Settings) -> None:
    scheduled = enter(room, alice, soon(61, title="Fractions\u2028& more", zone="UTC"))
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Kolkata")
    invite(scheduled, "Carol")
    assert time_passes() == ["alice", "carol"]
    to = {message.to[0]: message for message in mail.outbox}
    hers, carols = to["alice@example.org"], to["carol@example.org"]
    assert isinstance(carols, EmailMultiAlternatives)
    begins = scheduled.occurrences.get().starts_at
    assert f"{begins:%H:%M}–" in carols.subject and carols.subject.startswith("Reminder: “Fractions")
    assert f"{begins + timedelta(hours=5.5):%H:%M}–" in hers.subject and "(Asia/Kolkata)" in hers.subject
    link = f"{settings.ORIGINS[0]}/{room.slug}"
    assert all(part in carols.body for part in (link, "invited carol@example.org", "Do not write to me about this meeting"))
    html = str(carols.alternatives[0][0])
    assert "Fractions &amp; more" in html and f'href="{link}"' in html
    assert carols.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "organise this one" in hers.body and "Do not remind me by mail" in hers.body


def test_who_does_not_come_wants_no_mail_or_cannot_come_gets_none(room: Room, alice: User, bob: User, mallory: User) -> None:
    scheduled = enter(room, alice, soon(61))
    date = scheduled.occurrences.get()
    choose(alice, mail="nothing")
    no, maybe = invite(scheduled, "Nora"), invite(scheduled, "May")
    Answer.objects.create(invitee=no, choice="no")
    Answer.objects.create(invitee=maybe, choice="no")
    Answer.objects.create(invitee=maybe, occurrence=date, choice="maybe")
    not_then = invite(scheduled, "Bob", user=bob)
    Answer.objects.create(invitee=not_then, choice="yes")
    Answer.objects.create(invitee=not_then, occurrence=date, choice="no")
    invite(scheduled, "Silas", silent_since=timezone.now())
    invite(scheduled, "Mallory", user=mallory)
    Ban.objects.create(room=room, user=mallory, name="Mallory")
    gone = person("Gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    invite(scheduled, "Gone", user=gone)
    choose(bob, mail="all")
    assert time_passes() == ["may"]


def test_people_choose_of_what_and_how_long_before(room: Room, alice: User, bob: User) -> None:
    choose(alice, mail_minutes=10)
    choose(bob, mail="all", mail_minutes=30)
    scheduled = enter(room, alice, soon(61))
    date = scheduled.occurrences.get()
    time_passes(reminders.FOLLOW.job, reminders.REMIND)
    dues = Job.objects.filter(kind=reminders.SEND.name).order_by("due_at")
    assert [date.starts_at - job.due_at for job in dues] == [timedelta(minutes=30), timedelta(minutes=10)]
    Job.objects.filter(pk=dues[0].pk).update(due_at=Now())
    work_off(reminders.SEND)
    assert [message.to for message in mail.outbox] == [["bob@example.org"]]


@pytest.fixture
def smtp(settings: Settings) -> Iterator[Callable[[], list[str]]]:
    """To whom mails went, in order, by way of a real server. ``settings.EMAIL_PORT`` may be another one's."""
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server() as (port, got):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield lambda: [re.findall(r"^To: (\w+)@", text, re.MULTILINE)[0] for text in got]


def test_many_mails_go_over_one_connection_each_once(room: Room, alice: User, smtp: Callable[[], list[str]]) -> None:
    scheduled = enter(room, alice, soon(61))
    names = [f"guest{number:02}" for number in range(reminders.BATCH + 5)]
    for name in names:
        invite(scheduled, name)
    time_passes()
    assert sorted(smtp()) == ["alice", *names]
    assert Job.objects.filter(kind=reminders.SEND.name, status="done").count() == 3


def test_of_many_mails_one_is_refused(room: Room, alice: User, smtp: Callable[[], list[str]], settings: Settings) -> None:
    """The others are sent once, and the one can be seen and sent again."""
    scheduled = enter(room, alice, soon(61))
    choose(alice, mail="nothing")
    invite(scheduled, "before")
    Invitee.objects.create(scheduled=scheduled, email="no\none@example.org")
    invite(scheduled, "behind")
    time_passes()
    assert sorted(smtp()) == ["before", "behind"]
    failed = Job.objects.get(kind=reminders.SEND.name, status="refused")
    Invitee.objects.filter(name="").update(email="noone@example.org")
    queue.again(Job.objects.filter(pk=failed.pk))
    time_passes()
    assert sorted(smtp()) == ["before", "behind", "noone"]


def test_mallory_reminds_nobody_without_end(
    room: Room, alice: User, smtp: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One address gets so many mails about meetings a day. The reminders that somebody with an account chose are not counted."""
    monkeypatch.setattr(mails, "TO_RECIPIENT", replace(mails.TO_RECIPIENT, count=2))
    for _ in range(3):
        invite(enter(room, alice, soon(61)), "Carol")
    time_passes()
    assert sorted(smtp()) == ["alice", "alice", "alice", "carol", "carol"]
    assert Job.objects.filter(kind=reminders.SEND.name, status="refused").count() == 1


def test_while_the_mail_server_is_away_nothing_is_lost(
    room: Room, alice: User, smtp: Callable[[], list[str]], settings: Settings
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    enter(room, alice, soon(61))
    time_passes()
    assert (smtp(), Job.objects.get(kind=reminders.SEND.name).failing) == ([], True)
    settings.EMAIL_PORT = port
    time_passes()
    assert smtp() == ["alice"]


def test_a_mail_server_that_goes_away_meanwhile_gets_each_mail_once(
    room: Room, alice: User, smtp: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduled = enter(room, alice, soon(61))
    choose(alice, mail="nothing")
    names = ["bob", "carol", "dave"]
    for name in names:
        invite(scheduled, name)
    deliver, tries = outbox.deliver, iter([None, OSError("gone")])

    def once(letter: Letter, connection: Any) -> None:
        if failure := next(tries, None):
            raise failure
        deliver(letter, connection)

    monkeypatch.setattr(outbox, "deliver", once)
    time_passes()
    assert sorted(smtp()) == ["bob"]
    assert Job.objects.filter(kind=reminders.SEND.name, status="waiting").count() == 1
    time_passes()
    assert sorted(smtp()) == names


def test_a_process_that_ends_leaves_the_rest_to_another(room: Room, alice: User, smtp: Callable[[], list[str]]) -> None:
    scheduled = enter(room, alice, soon(61))
    invite(scheduled, "Bob")
    choose(alice, mail="nothing")
    time_passes(reminders.FOLLOW.job, reminders.REMIND)
    letters = unseal(Job.objects.get(kind=reminders.SEND.name).sealed)
    reminders.SEND.work(lambda: True, **letters)
    assert smtp() == []
    Job.objects.filter(key__isnull=False, kind=reminders.SEND.name).delete()
    time_passes()
    assert smtp() == ["bob"]


def test_an_address_that_is_not_verified_gets_no_mail(room: Room, alice: User) -> None:
    alice.emailaddress_set.update(verified=False)  # type: ignore[attr-defined]
    enter(room, alice, soon(61))
    assert time_passes() == []


def test_of_a_meeting_that_was_moved_people_are_reminded_at_its_new_time(room: Room, alice: User) -> None:
    scheduled = enter(room, alice, soon(61))
    time_passes(reminders.FOLLOW.job, reminders.REMIND)
    commands.change(scheduled, actor(alice, "owner"), soon(95), scope="all")
    assert time_passes() == ["alice"]
    assert f"{scheduled.occurrences.get().starts_at:%H:%M}–" in mail.outbox[0].subject


@pytest.mark.parametrize("done", [(), (reminders.FOLLOW.job,), (reminders.FOLLOW.job, reminders.REMIND)])
def test_of_a_meeting_that_is_cancelled_meanwhile_nobody_is_reminded(room: Room, alice: User, done: tuple[Any, ...]) -> None:
    scheduled = enter(room, alice, soon(61))
    if done:
        time_passes(*done)
    commands.cancel(scheduled, actor(alice, "owner"), scope="all")
    assert time_passes() == []


def test_a_room_that_is_deleted_meanwhile_ends_its_reminders(room: Room, alice: User) -> None:
    enter(room, alice, soon(61))
    time_passes(reminders.FOLLOW.job, reminders.REMIND)
    room.delete()
    assert time_passes() == []
    assert not Job.objects.filter(kind__in=[kind.name for kind in KINDS]).exclude(status="done").exists()


def test_somebody_who_changes_their_mind_before_the_mail_is_sent_gets_none(room: Room, alice: User) -> None:
    scheduled = enter(room, alice, soon(61))
    carol = invite(scheduled, "Carol")
    time_passes(reminders.FOLLOW.job, reminders.REMIND)
    choose(alice, mail="nothing")
    Answer.objects.create(invitee=carol, choice="no")
    assert time_passes() == []


def test_nothing_is_sent_once_the_meeting_has_begun(room: Room, alice: User) -> None:
    scheduled = enter(room, alice, soon(61))
    time_passes(reminders.FOLLOW.job, reminders.REMIND)
    date = scheduled.occurrences.get()
    late = Job.objects.get(kind=reminders.SEND.name)
    assert late.due_at == date.starts_at - HOUR
    Occurrence.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    assert time_passes() == []


def test_what_begins_sooner_than_people_chose_reminds_nobody(room: Room, alice: User) -> None:
    """They have got an invitation a moment ago."""
    enter(room, alice, soon(50))
    time_passes()
    assert not Job.objects.filter(kind=reminders.REMIND.name).exists()


def test_the_periodic_job_plans_what_comes_near(room: Room, alice: User) -> None:
    enter(room, alice, soon(60 * 30))
    time_passes(reminders.FOLLOW.job)
    assert not Job.objects.filter(kind=reminders.REMIND.name).exists()
    reminders.plan(Occurrence.objects.all(), Now() + timedelta(hours=28, minutes=30))
    assert time_passes(reminders.REMIND, reminders.SEND) == ["alice"]


def test_the_clock_of_a_worker_does_not_matter(room: Room, alice: User, wrong_clock: None) -> None:
    enter(room, alice, soon(61 - 30 * 24 * 60))
    assert time_passes() == ["alice"]


def test_without_a_mail_server_nothing_is_planned(room: Room, alice: User, settings: Settings) -> None:
    settings.EMAIL_URL = ""
    enter(room, alice, soon(61))
    assert time_passes() == []
    assert not Job.objects.filter(kind=reminders.REMIND.name).exists()
