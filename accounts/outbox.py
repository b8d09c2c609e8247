"""Mail is sent by jobs (``jobs``). No page waits for a mail server, and the time that a page takes does not reveal whether a mail
was sent.

A mail is sent at least once. If a process ends while it sends, the mail is sent again with the same ``Message-ID``.
"""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import timedelta
from email.utils import make_msgid, parseaddr
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.clock import Moment
from accounts.models import Mail
from jobs import queue
from jobs.kinds import Hopeless, Kind, Over

#: How long it is kept to whom mail went, for pages that show it.
KEPT: Final = timedelta(days=14)
#: So long a worker of the release before has for a mail that it wrote.
THEIRS: Final = timedelta(minutes=1)


def put(to: str, subject: str, body: str) -> Mail:
    """Put a mail to one recipient into the queue. It is sent after the transaction is committed."""
    return _put_all([_letter(to, settings.DEFAULT_FROM_EMAIL, subject, body)])[0]


class Backend(BaseEmailBackend):
    """The ``EMAIL_BACKEND``: puts every mail of Django and its libraries into the queue."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        letters = [
            _letter(recipient, message.from_email, str(message.subject), str(message.body), _html(message))
            for message in email_messages
            for recipient in message.recipients()
        ]
        _put_all(letters)
        return len(email_messages)


def outdated(now: Moment) -> QuerySet[Mail]:
    """Mails whose status no page shows any more."""
    over = Mail.objects.exclude(status=Mail.Status.WAITING).exclude(job__status__in=queue.OPEN)
    return over.filter(created_at__lt=now - KEPT)


def _letter(to: str, sender: str, subject: str, body: str, html: str = "") -> dict[str, Any]:
    """The arguments of a job that sends it."""
    _name, address = parseaddr(sender)
    domain = address.rpartition("@")[2]
    identity = make_msgid(domain=domain if domain and domain.isascii() else "localhost")
    return {"to": to, "sender": sender, "subject": subject, "body": body, "html": html, "identity": identity}


def _html(message: EmailMessage) -> str:
    return next((str(content) for content, kind in getattr(message, "alternatives", []) if kind == "text/html"), "")


@transaction.atomic
def _put_all(letters: Sequence[dict[str, Any]]) -> list[Mail]:
    jobs = queue.put_all(SEND, [queue.Order(letter["to"], letter) for letter in letters])
    mails = [Mail(to=job.about, status=Mail.Status.QUEUED, job=job) for job in jobs]
    return Mail.objects.bulk_create(mails, batch_size=500)


def _send(over: Over, *, to: str, sender: str, subject: str, body: str, html: str, identity: str) -> None:
    message = EmailMultiAlternatives(subject, body, sender, [to], headers={"Message-ID": identity})
    if html:
        message.attach_alternative(html, "text/html")
    try:
        get_connection(settings.MAIL_TRANSPORT).send_messages([message])
    except (OSError, ValueError) as error:
        if _is_refusal(error):
            raise Hopeless(f"{type(error).__name__}: {error}") from error
        raise


def _is_refusal(error: Exception) -> bool:
    """Whether this mail would be refused again: a permanent answer to recipient or content (RFC 5321, section 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in error.recipients.values())
    return isinstance(error, ValueError) or (isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500)


def _adopt(over: Over) -> None:
    """Make jobs of mails that a worker of the release before has left. It takes a mail by raising ``attempts``; so does this."""
    for mail in Mail.objects.filter(status=Mail.Status.WAITING, due_at__lte=Now() - THEIRS):
        letter = _letter(mail.to, mail.sender, mail.subject, mail.body, mail.html)
        with transaction.atomic():
            untouched = Mail.objects.filter(pk=mail.pk, attempts=mail.attempts, status=Mail.Status.WAITING)
            if untouched.update(status=Mail.Status.QUEUED, attempts=mail.attempts + 1, body="", html=""):
                (job,) = queue.put_all(SEND, [queue.Order(mail.to, letter)])
                Mail.objects.filter(pk=mail.pk).update(job=job)


SEND: Final = Kind("accounts.mail", _send, outside=True)
#: The release that removes this, and the old columns of ``Mail``, deletes the job.
ADOPT: Final = Kind("accounts.mail-of-the-release-before", _adopt, every=timedelta(minutes=1))
