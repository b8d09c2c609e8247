"""Mail is sent by jobs (``jobs``). No page waits for a mail server, and the time that a page takes does not reveal whether a mail
was sent.

A mail is sent at least once. If a process ends while it sends, the mail is sent again with the same ``Message-ID``.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from email.utils import formataddr, make_msgid, parseaddr
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.clock import Moment
from accounts.models import Mail
from accounts.signals import called
from jobs import queue
from jobs.kinds import Hopeless, Kind, Over
from jobs.models import Job

#: How long it is kept to whom mail went, for pages that show it.
KEPT: Final = timedelta(days=14)
#: So long a worker of the release before has for a mail that it wrote.
THEIRS: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Letter:
    """A mail to one recipient."""

    to: str
    subject: str
    #: As plain text.
    body: str
    html: str = ""
    #: An iCalendar object (RFC 5545) with a ``METHOD``.
    calendar: str = ""
    #: Where a POST ends such mail (RFC 8058).
    unsubscribe: str = ""
    sender: str = ""
    #: The ``Message-ID``, which is the same whenever the letter is sent. One that is given is put into the queue once.
    identity: str = ""


def put(to: str, subject: str, body: str, *, html: str = "", calendar: str = "") -> Mail:
    """Put a mail to one recipient into the queue. It is sent after the transaction is committed."""
    return put_all([Letter(to, subject, body, html, calendar)])[0]


@transaction.atomic
def put_all(letters: Iterable[Letter]) -> list[Mail]:
    """Put many mails into the queue."""
    return track(queue.put_all(SEND, [_order(letter) for letter in letters]))


def track(jobs: Sequence[Job]) -> list[Mail]:
    """Make the rows by which pages show what became of these jobs. Each job sends one mail, to the address that it is about."""
    return Mail.objects.bulk_create([Mail(to=job.about, status=Mail.Status.QUEUED, job=job) for job in jobs], batch_size=500)


class Backend(BaseEmailBackend):
    """The ``EMAIL_BACKEND``: puts every mail of Django and its libraries into the queue."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        letters = [
            Letter(recipient, str(message.subject), str(message.body), _html(message), sender=message.from_email)
            for message in email_messages
            for recipient in message.recipients()
        ]
        put_all(letters)
        return len(email_messages)


def outdated(now: Moment) -> QuerySet[Mail]:
    """Mails whose status no page shows any more."""
    over = Mail.objects.exclude(status=Mail.Status.WAITING).exclude(job__status__in=queue.OPEN)
    return over.filter(created_at__lt=now - KEPT)


def _order(letter: Letter) -> queue.Order:
    """The job that sends a letter. Runners of the release before know neither ``calendar`` nor ``unsubscribe``."""
    arguments = asdict(_signed(letter))
    known = {name: value for name, value in arguments.items() if value or name not in {"calendar", "unsubscribe"}}
    return queue.Order(letter.to, known, letter.identity or None)


def make_identity(sender: str = "") -> str:
    """A new ``Message-ID``."""
    _name, address = parseaddr(sender or settings.DEFAULT_FROM_EMAIL)
    domain = address.rpartition("@")[2]
    return make_msgid(domain=domain if domain and domain.isascii() else "localhost")


def _signed(letter: Letter) -> Letter:
    sender = letter.sender or settings.DEFAULT_FROM_EMAIL
    if sender == settings.DEFAULT_FROM_EMAIL and (name := _name()):
        sender = formataddr((name, parseaddr(sender)[1]))
    return replace(letter, sender=sender, identity=letter.identity or make_identity(sender))


def _name() -> str:
    """What this deployment is called."""
    return "".join(str(name) for _receiver, name in called.send(sender=None))


def _html(message: EmailMessage) -> str:
    return next((str(content) for content, kind in getattr(message, "alternatives", []) if kind == "text/html"), "")


@contextmanager
def connected() -> Iterator[BaseEmailBackend]:
    """For many letters over one connection, in a job. Raises OSError if the mail server is away."""
    connection = get_connection(settings.MAIL_TRANSPORT)
    connection.open()
    try:
        yield connection
    finally:
        # What was sent is sent, however the conversation ends.
        with suppress(OSError):
            connection.close()


def deliver(letter: Letter, connection: BaseEmailBackend | None = None) -> None:
    """Send a letter now, in a job. Raises :class:`Hopeless` if it would be refused again, OSError if it may be sent later."""
    try:
        (connection or get_connection(settings.MAIL_TRANSPORT)).send_messages([_message(_signed(letter))])
    except (OSError, ValueError) as error:
        if _is_refusal(error):
            raise Hopeless(f"{type(error).__name__}: {error}") from error
        raise


def _message(letter: Letter) -> EmailMultiAlternatives:
    headers = {"Message-ID": letter.identity}
    if letter.unsubscribe:
        headers |= {"List-Unsubscribe": f"<{letter.unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMultiAlternatives(letter.subject, letter.body, letter.sender, [letter.to], headers=headers)
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    if letter.calendar:
        message.attach_alternative(letter.calendar, f"text/calendar; method={_method(letter.calendar)}")
        message.attach("invite.ics", letter.calendar.encode(), "application/ics")
    return message


def _method(calendar: str) -> str:
    """The ``METHOD`` of an iCalendar object, which its MIME type repeats (RFC 6047, section 2.4)."""
    found = re.search(r"^METHOD:([A-Z]+)\r?$", calendar, re.MULTILINE)
    if found is None:
        raise ValueError("the calendar has no METHOD")
    return found[1]


def _send(over: Over, **letter: str) -> None:
    deliver(Letter(**letter))


def _is_refusal(error: Exception) -> bool:
    """Whether this mail would be refused again: a permanent answer to recipient or content (RFC 5321, section 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in error.recipients.values())
    return isinstance(error, ValueError) or (isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500)


def _adopt(over: Over) -> None:
    """Make jobs of mails that a worker of the release before has left. It takes a mail by raising ``attempts``; so does this."""
    for mail in Mail.objects.filter(status=Mail.Status.WAITING, due_at__lte=Now() - THEIRS):
        letter = Letter(mail.to, mail.subject, mail.body, mail.html, sender=mail.sender)
        with transaction.atomic():
            untouched = Mail.objects.filter(pk=mail.pk, attempts=mail.attempts, status=Mail.Status.WAITING)
            if untouched.update(status=Mail.Status.QUEUED, attempts=mail.attempts + 1, body="", html=""):
                (job,) = queue.put_all(SEND, [_order(letter)])
                Mail.objects.filter(pk=mail.pk).update(job=job)


SEND: Final = Kind("accounts.mail", _send, outside=True)
#: The release that removes this, and the old columns of ``Mail``, deletes the job.
ADOPT: Final = Kind("accounts.mail-of-the-release-before", _adopt, every=timedelta(minutes=1))
