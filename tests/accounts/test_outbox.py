"""Mail is put into the queue of jobs and sent from there, to a real SMTP server on loopback."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.core import serializers
from django.core.mail import EmailMessage, send_mass_mail
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import outbox
from accounts.models import Mail, User
from jobs import queue
from jobs.kinds import PAUSES
from jobs.models import Job
from tests.mail_server import mail_server
from tests.working import work_off


@pytest.fixture
def smtp(settings: Settings, db: None) -> Iterator[list[str]]:
    """The messages that the mail server has received. Pages write into the real outbox."""
    settings.EMAIL_BACKEND = "accounts.outbox.Backend"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server() as (port, got):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield got


def contents() -> str:
    """All that the database has of mails and jobs."""
    return str(serializers.serialize("json", [*Mail.objects.all(), *Job.objects.all()]))


@pytest.mark.parametrize("address", ["bob@example.org", "nobody@example.org"])
def test_a_reset_is_answered_before_anything_is_sent(client: Client, bob: User, smtp: list[str], address: str) -> None:
    assert client.post("/accounts/password/reset/", {"email": address}).status_code == 302
    assert smtp == []
    work_off()
    assert len(smtp) == 1 and f"To: {address}" in smtp[0]
    mail = Mail.objects.get()
    assert mail.job is not None
    assert (mail.state, mail.job.sealed) == ("sent", "")


def test_a_link_is_at_no_time_readable_in_the_database(client: Client, bob: User, smtp: list[str]) -> None:
    client.post("/accounts/password/reset/", {"email": "bob@example.org"})
    assert "password/reset/key" not in contents() and json.loads(contents())
    work_off()
    assert re.search("password/reset/key/", smtp[0])
    assert "password/reset/key" not in contents()


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
    work_off()
    mail.refresh_from_db()
    assert mail.failing and mail.job and mail.job.sealed and "ConnectionRefusedError" in mail.job.error
    settings.EMAIL_PORT = port
    work_off()
    assert smtp == []
    Job.objects.update(due_at=Now())
    work_off()
    assert len(smtp) == 1


def test_it_is_given_up_in_the_end_and_can_be_sent_again(smtp: list[str], settings: Settings) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    mail = outbox.put("bob@example.org", "Hello", "a secret")
    for _ in range(len(PAUSES) + 1):
        Job.objects.update(due_at=Now())
        work_off()
    mail.refresh_from_db()
    assert mail.state == "given_up" and "a secret" not in contents()
    settings.EMAIL_PORT = port
    queue.again(Job.objects.all())
    mail.refresh_from_db()
    assert (mail.state, mail.failing) == ("waiting", False)
    work_off()
    mail.refresh_from_db()
    assert mail.state == "sent" and "a secret" in smtp[0]


@pytest.mark.parametrize(("code", "state"), [("550", "refused"), ("450", "waiting")])
def test_a_refusal_for_good_is_not_tried_again(settings: Settings, smtp: list[str], code: str, state: str) -> None:
    with mail_server(code) as (port, _got):
        settings.EMAIL_PORT = port
        mail = outbox.put("bob@example.org", "Hello", "text")
        work_off()
    mail.refresh_from_db()
    assert mail.state == state


def test_a_mail_that_is_sent_twice_is_the_same_mail(smtp: list[str]) -> None:
    """Its process was killed between the answer of the mail server and the database."""
    outbox.put("bob@example.org", "Hello", "text")
    sealed = Job.objects.get().sealed
    work_off()
    Job.objects.update(status="running", sealed=sealed, due_at=Now())
    work_off()
    first, second = (re.findall(r"^Message-ID: (\S+)", mail, re.MULTILINE) for mail in smtp)
    assert first == second and len(first) == 1 and first[0].endswith("@localhost>")


def test_an_address_as_long_as_a_form_takes_it_fits(client: Client, smtp: list[str]) -> None:
    address = "m" * 64 + "@" + ".".join(["d" * 60] * 4) + ".example"
    assert len(address) > 300
    assert client.post("/accounts/password/reset/", {"email": address}).status_code == 302
    Mail.objects.get(to=address).clean_fields(exclude=["sender", "subject"])


def test_many_mails_are_put_with_few_queries(smtp: list[str], django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    letters = [("Hello", f"for {number}", "alice@example.org", [f"{number}@example.org"]) for number in range(100)]
    with django_assert_max_num_queries(8):
        send_mass_mail(letters)
    work_off()
    assert sorted(int(re.findall(r"To: (\d+)@", mail)[0]) for mail in smtp) == list(range(100))
    assert all(re.findall(r"To: (\d+)@", mail) == re.findall(r"for (\d+)", mail) for mail in smtp)


def test_each_recipient_has_a_mail_and_html_goes_with_it(client: Client, smtp: list[str]) -> None:
    message = EmailMessage("Hello", "text", "Alice <alice@example.org>", ["bob@example.org", "carol@example.org"])
    message.alternatives = [("<p>hypertext</p>", "text/html")]  # type: ignore[attr-defined]
    message.send()
    work_off()
    assert ["To: bob" in smtp[0], "To: carol" in smtp[1]] == [True, True]
    assert all("hypertext" in mail and "From: Alice <alice@example.org>" in mail for mail in smtp)


CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nX-NAME:Frühstück\r\nEND:VCALENDAR\r\n"


def test_a_mail_has_text_hypertext_and_a_calendar_which_programs_find(smtp: list[str]) -> None:
    """The last alternative, with its method in the type (RFC 6047), and an attachment for those that look for one."""
    outbox.put("bob@example.org", "Hello", "text", html="<p>hypertext</p>", calendar=CALENDAR)
    work_off()
    parts = {part.get_content_type(): part for part in message_from_bytes(smtp[0].encode(), policy=default).walk()}
    assert [*parts] == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics")
    ]
    calendar = parts["text/calendar"]
    assert (calendar.get_param("method"), calendar.get_param("charset")) == ("REQUEST", "utf-8")
    assert calendar.get_content().split() == CALENDAR.split()
    assert parts["application/ics"].get_content() == CALENDAR.encode()
    assert parts["application/ics"].get_filename() == "invite.ics"


def test_a_letter_says_where_a_program_ends_such_mail(smtp: list[str]) -> None:
    outbox.put_all([outbox.Letter("bob@example.org", "Hello", "text", unsubscribe="https://example.org/x")])
    work_off()
    mail = message_from_bytes(smtp[0].encode(), policy=default)
    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]) == ("<https://example.org/x>", "List-Unsubscribe=One-Click")


def test_what_is_no_header_is_refused_and_not_tried_again(smtp: list[str]) -> None:
    (mail,) = outbox.put_all([outbox.Letter("bob@example.org", "Hello\r\nBcc: eve@example.org", "text")])
    work_off()
    mail.refresh_from_db()
    assert (smtp, mail.state) == ([], "refused")


def test_a_mail_that_a_worker_of_the_release_before_left_is_sent(smtp: list[str]) -> None:
    """They write their mails without jobs, and leave those that are waiting when they end."""
    left = Mail.objects.create(
        to="bob@example.org",
        sender="conference@localhost",
        subject="Hello",
        body="text",
        due_at=timezone.now() - timedelta(minutes=2),
    )
    theirs = Mail.objects.create(to="carol@example.org", sender="conference@localhost", subject="Hello", body="text")
    queue.plan([outbox.ADOPT])
    work_off(outbox.ADOPT)
    work_off(outbox.SEND)
    assert len(smtp) == 1 and "To: bob@example.org" in smtp[0] and "text" in smtp[0]
    left.refresh_from_db()
    theirs.refresh_from_db()
    assert (left.state, left.body, theirs.state, theirs.body) == ("sent", "", "waiting", "text")


def test_what_remains_of_old_mail_is_deleted(smtp: list[str]) -> None:
    old, waiting = (outbox.put(f"{name}@example.org", "Hello", "text") for name in ("bob", "carol"))
    Job.objects.filter(about="bob@example.org").update(status="done")
    Mail.objects.update(created_at=timezone.now() - timedelta(days=15))
    before = Mail.objects.create(to="dave@example.org", status="sent", created_at=timezone.now() - timedelta(days=15))
    outbox.outdated(timezone.now()).delete()
    assert list(Mail.objects.all()) == [waiting]
    assert not Mail.objects.filter(pk__in=[old.pk, before.pk]).exists()
