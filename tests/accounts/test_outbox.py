"""Mail waits in the database and is sent from there, to a real SMTP server on loopback."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import outbox
from accounts.models import Mail, User
from accounts.outbox import PAUSES, Postman
from tests.mail_server import mail_server


@pytest.fixture
def smtp(settings: Settings, db: None) -> Iterator[list[str]]:
    """The messages that the mail server has received. Pages write into the real outbox."""
    settings.EMAIL_BACKEND = "accounts.outbox.Backend"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server() as (port, got):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield got


@pytest.mark.parametrize("address", ["bob@example.org", "nobody@example.org"])
def test_a_reset_is_answered_before_anything_is_sent(client: Client, bob: User, smtp: list[str], address: str) -> None:
    assert client.post("/accounts/password/reset/", {"email": address}).status_code == 302
    assert smtp == []
    outbox.deliver()
    assert len(smtp) == 1 and f"To: {address}" in smtp[0]
    mail = Mail.objects.get()
    assert (mail.status, mail.body) == ("sent", "")


@pytest.mark.parametrize("address", ["bob@example.org", "nobody@example.org"])
def test_mallory_floods_nobodys_mailbox_with_resets_and_shuts_nobody_out(
    client: Client, bob: User, smtp: list[str], address: str
) -> None:
    for _ in range(15):
        answer = client.post("/accounts/password/reset/", {"email": address})
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/reset/done/")
    assert Mail.objects.filter(to=address).count() == 10
    client.post("/accounts/password/reset/", {"email": "carol@example.org"})
    assert Mail.objects.filter(to="carol@example.org").exists()


def test_a_mail_server_that_is_away_is_tried_again(smtp: list[str], settings: Settings) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    mail = outbox.put("bob@example.org", "Hello", "text")
    outbox.deliver()
    mail.refresh_from_db()
    assert mail.failing and mail.body == "text"
    settings.EMAIL_PORT = port
    outbox.deliver()
    assert smtp == []
    Mail.objects.update(due_at=Now())
    outbox.deliver()
    assert len(smtp) == 1


def test_it_is_given_up_in_the_end(smtp: list[str], settings: Settings) -> None:
    settings.EMAIL_PORT = 1
    mail = outbox.put("bob@example.org", "Hello", "text")
    for _ in range(len(PAUSES) + 1):
        Mail.objects.update(due_at=Now())
        outbox.deliver()
    mail.refresh_from_db()
    assert (mail.status, mail.body) == ("given_up", "")


@pytest.mark.parametrize(("code", "status"), [("550", "refused"), ("450", "waiting")])
def test_a_refusal_for_good_is_not_tried_again(settings: Settings, smtp: list[str], code: str, status: str) -> None:
    with mail_server(code) as (port, _got):
        settings.EMAIL_PORT = port
        mail = outbox.put("bob@example.org", "Hello", "text")
        outbox.deliver()
    mail.refresh_from_db()
    assert mail.status == status


def test_a_mail_of_a_process_that_died_is_sent_by_another(smtp: list[str]) -> None:
    mail = outbox.put("bob@example.org", "Hello", "text")
    now = timezone.now()
    assert outbox._take(now) == mail
    assert outbox._take(now) is None
    assert outbox._take(now + timedelta(minutes=6)) == mail


def test_workers_take_turns_whatever_their_clocks_say(smtp: list[str], wrong_clock: None) -> None:
    """Alice's mail is being sent by another worker; Bob's was left here, and is due everywhere."""
    Mail.objects.create(to="carol@example.org", status="sent")
    outbox.put("alice@example.org", "Hello", "text")
    Mail.objects.filter(to="alice@example.org").update(due_at=Now() + outbox.TAKEN)
    outbox.put("bob@example.org", "Hello", "text")
    assert Mail.objects.filter(due_at__lte=Now(), to="bob@example.org").exists()
    outbox.deliver()
    assert [f"To: {name}@example.org" in smtp[0] for name in ("alice", "bob")] == [False, True]
    assert len(smtp) == 1 and Mail.objects.count() == 3


def test_where_nothing_is_due_nothing_is_written(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Each process looks every few seconds."""
    Mail.objects.create(to="bob@example.org", status="sent", created_at=timezone.now() - timedelta(days=15))
    with django_assert_num_queries(1):
        outbox.deliver()


def test_what_remains_of_old_mail_is_deleted(smtp: list[str]) -> None:
    long_ago = timezone.now() - timedelta(days=15)
    Mail.objects.create(to="bob@example.org", status="sent", created_at=long_ago)
    waiting = Mail.objects.create(to="bob@example.org", created_at=long_ago, due_at=timezone.now() + timedelta(hours=1))
    outbox.outdated(timezone.now()).delete()
    assert list(Mail.objects.all()) == [waiting]


@pytest.mark.django_db(transaction=True)
def test_the_postman_sends_what_is_left_and_stops(transactional_db: None, smtp: list[str]) -> None:
    postman = Postman()
    postman.start()
    try:
        outbox.put("bob@example.org", "Hello", "text")
        patience = time.monotonic() + 60
        while not smtp and time.monotonic() < patience:
            threading.Event().wait(0.02)
    finally:
        postman.stop()
    assert len(smtp) == 1
