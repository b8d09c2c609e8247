"""The outbox: mail is written into the database, and sent by threads of the server's processes.

So no page waits for a mail server, and the time that a page takes does not reveal whether a mail was sent. A mail is sent at
least once: if a process ends while it sends, another process sends the mail again.
"""

from __future__ import annotations

import logging
import smtplib
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import close_old_connections, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from accounts.clock import Moment
from accounts.models import Mail

logger = logging.getLogger(__name__)

#: No other process takes a mail for so long after one has taken it: longer than a mail server may need.
TAKEN: Final = timedelta(minutes=5)
#: The waits after each failure. After the last one the mail is given up.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
#: How long the status of a mail that was sent or given up remains, for pages that show it.
KEPT: Final = timedelta(days=14)
SECONDS: Final = 5.0

_wake = threading.Event()


def put(to: str, subject: str, body: str, *, html: str = "", sender: str = "") -> Mail:
    """Put a mail to one recipient into the outbox. It is sent after the transaction is committed."""
    mail = Mail.objects.create(to=to, subject=subject, body=body, html=html, sender=sender or settings.DEFAULT_FROM_EMAIL)
    transaction.on_commit(_wake.set)
    return mail


class Backend(BaseEmailBackend):
    """The ``EMAIL_BACKEND``: puts every mail of Django and its libraries into the outbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            html = [content for content, kind in getattr(message, "alternatives", []) if kind == "text/html"]
            for recipient in message.recipients():
                put(recipient, str(message.subject), str(message.body), html="".join(html[:1]), sender=message.from_email)
        return len(email_messages)


def deliver() -> None:
    """Send what is due, one after the other."""
    while (mail := _take(Now())) is not None:
        _send(mail)


def outdated(now: Moment) -> QuerySet[Mail]:
    """Mails whose status no page shows any more."""
    return Mail.objects.exclude(status=Mail.Status.WAITING).filter(created_at__lt=now - KEPT)


def _take(now: Moment) -> Mail | None:
    """Take a mail that is due and that no other process has taken."""
    waiting = Mail.objects.filter(status=Mail.Status.WAITING, due_at__lte=now)
    for mail in waiting.order_by("due_at")[:20]:
        fenced = Mail.objects.filter(pk=mail.pk, attempts=mail.attempts, status=Mail.Status.WAITING)
        if fenced.update(attempts=F("attempts") + 1, due_at=now + TAKEN):
            mail.attempts += 1
            return mail
    return None


def _send(mail: Mail) -> None:
    message = EmailMultiAlternatives(mail.subject, mail.body, mail.sender, [mail.to])
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    try:
        get_connection(settings.MAIL_TRANSPORT).send_messages([message])
    except (OSError, ValueError) as error:
        logger.error("A mail could not be sent: %s", type(error).__name__)
        if _is_refusal(error):
            _finish(mail, Mail.Status.REFUSED)
        else:
            _postpone(mail)
    else:
        _finish(mail, Mail.Status.SENT)


def _is_refusal(error: Exception) -> bool:
    """Whether this mail would be refused again: a permanent answer to recipient or content (RFC 5321, section 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in error.recipients.values())
    return isinstance(error, ValueError) or (isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500)


def _postpone(mail: Mail) -> None:
    if mail.attempts > len(PAUSES):
        _finish(mail, Mail.Status.GIVEN_UP)
    else:
        Mail.objects.filter(pk=mail.pk).update(due_at=Now() + PAUSES[mail.attempts - 1])


def _finish(mail: Mail, status: Mail.Status) -> None:
    """Set the status, and delete the content, which may be a secret."""
    mail.status, mail.body, mail.html = status, "", ""
    mail.save(update_fields=["status", "body", "html"])


class Postman:
    """A thread that delivers while the server runs: mail of this process at once, mail of others within seconds."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="postman", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Blocks until the mail that is being sent is sent."""
        self._over.set()
        _wake.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._over.is_set():
            close_old_connections()
            try:
                deliver()
            except Exception:
                logger.exception("The outbox could not be read")
            finally:
                close_old_connections()
            _wake.wait(SECONDS)
            if not self._over.is_set():
                _wake.clear()
