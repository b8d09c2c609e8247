"""Summaries by mail: the owner learns who came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from jobs.models import Job
from rooms import history
from rooms.models import Room
from schedule import summaries
from schedule.models import NotificationChoices
from tests.rooms.scenes import make_room
from tests.schedule.scenes import enter, soon
from tests.working import work_off

pytestmark = pytest.mark.django_db

KINDS = (summaries.FOLLOW.job, summaries.SUMMARISE, summaries.SEND)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture(autouse=True)
def _mail(settings: Settings) -> Iterator[None]:
    settings.EMAIL_URL = "smtp://mail.example.org"
    yield


def come(room: Room, name: str, identity: str, minutes: float) -> None:
    """So many minutes ago."""
    at = timezone.now() - timedelta(minutes=minutes)
    history.joined(str(room.pk), name, identity, name, "member" if identity.startswith("user") else "guest", at=at)


def go(room: Room, name: str, minutes: float) -> None:
    history.left(str(room.pk), name, "left", at=timezone.now() - timedelta(minutes=minutes))


def sent(*kinds: Any) -> list[str]:
    """The texts of all summaries, after what waits is due."""
    for kind in kinds or KINDS:
        Job.objects.filter(kind=kind.name, status="waiting").update(due_at=Now())
        work_off(kind)
    return [str(message.body) for message in mail.outbox]


def test_the_owner_learns_who_came_and_how_long(room: Room, alice: User, bob: User) -> None:
    date = enter(room, alice, soon(-50)).occurrences.get()
    come(room, "Alice", f"user:{alice.pk}", 49)
    come(room, "Carol", "guest:c", 40)
    go(room, "Carol", 10)
    go(room, "Alice", 2)
    sent(summaries.FOLLOW.job)
    assert Job.objects.get(kind=summaries.SUMMARISE.name).due_at == date.ends_at + summaries.SETTLED
    (text,) = sent()
    assert mail.outbox[0].to == ["alice@example.org"] and mail.outbox[0].subject.startswith("Summary: “Lesson”")
    assert "- Alice: 47 min\n- Carol: 30 min, 10 min late\n" in text
    assert f"/{room.slug}/report/date/{date.pk}" in text and "Send me no summaries" in text


def test_a_title_from_right_to_left_is_apart_in_the_subject(room: Room, alice: User) -> None:
    enter(room, alice, soon(-50, title="درس 3!"))
    come(room, "Alice", f"user:{alice.pk}", 49)
    go(room, "Alice", 2)
    sent()
    assert mail.outbox[0].subject.startswith("Summary: “\u2068درس 3!\u2069”, ")


def test_a_date_has_one_summary_however_often_people_come_back(room: Room, alice: User) -> None:
    enter(room, alice, soon(-50))
    come(room, "Alice", f"user:{alice.pk}", 49)
    go(room, "Alice", 40)
    come(room, "Alice", f"user:{alice.pk}", 30)
    assert sent() == []
    go(room, "Alice", 5)
    (text,) = sent()
    assert "- Alice: 34 min\n" in text
    come(room, "Alice", f"user:{alice.pk}", 3)
    go(room, "Alice", 1)
    assert len(sent()) == 1


def test_the_owner_may_want_none_or_all(room: Room, alice: User, bob: User) -> None:
    def meet() -> None:
        come(room, "Alice", f"user:{alice.pk}", 60)
        come(room, "Bob", f"user:{bob.pk}", 60)
        go(room, "Bob", 58)
        go(room, "Alice", 58)

    meet()
    assert sent() == []
    NotificationChoices.objects.create(user=alice, summaries="all")
    meet()
    (text,) = sent()
    assert text.startswith("Weekly\n") and "- Bob: 2 min\n" in text
    NotificationChoices.objects.update(summaries="none")
    enter(room, alice, soon(-61))
    meet()
    assert len(sent()) == 1


def test_who_was_alone_needs_no_summary(room: Room, alice: User) -> None:
    NotificationChoices.objects.create(user=alice, summaries="all")
    come(room, "Alice", f"user:{alice.pk}", 60)
    go(room, "Alice", 58)
    assert sent() == []


def test_a_room_that_is_gone_has_no_summary(room: Room, alice: User) -> None:
    enter(room, alice, soon(-50))
    come(room, "Alice", f"user:{alice.pk}", 49)
    go(room, "Alice", 5)
    sent(summaries.FOLLOW.job, summaries.SUMMARISE)
    room.delete()
    assert sent() == []
    assert not Job.objects.filter(kind=summaries.SEND.name).exclude(status="done").exists()


def test_without_a_mail_server_there_are_none(room: Room, alice: User, settings: Settings) -> None:
    settings.EMAIL_URL = ""
    enter(room, alice, soon(-50))
    come(room, "Alice", f"user:{alice.pk}", 49)
    go(room, "Alice", 5)
    assert sent() == [] and not Job.objects.filter(kind=summaries.SUMMARISE.name).exists()


def test_a_name_cannot_break_the_mail(room: Room, alice: User) -> None:
    enter(room, alice, soon(-50, title="Lesson"))
    come(room, "Carol\r\nBcc: x", "guest:c", 49)
    go(room, "Carol\r\nBcc: x", 5)
    (text,) = sent()
    assert "- Carol Bcc: x: 44 min\n" in text
    message = mail.outbox[0]
    assert isinstance(message, EmailMultiAlternatives) and "Carol Bcc: x" in str(message.alternatives[0][0])
