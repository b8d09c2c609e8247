"""The outbox: mail is written into the database by whoever has something to say, and sent by the server's processes.

So no page waits for a mail server, and how long a page takes does not tell whether there was anything to send. A mail is
sent at least once: a process that ends while it sends leaves it to another one.
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

#: A mail that a process has taken is left alone for so long: longer than a mail server may take.
TAKEN: Final = timedelta(minutes=5)
#: How long after each failure it is tried again. After the last one it is given up.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
#: What remains of a mail that was sent or given up, for the pages that say so.
KEPT: Final = timedelta(days=14)
SECONDS: Final = 5.0

_wake = threading.Event()


def put(to: str, subject: str, body: str, *, html: str = "", sender: str = "") -> Mail:
    """Leave a mail to one recipient to be sent, once the transaction is through."""
    mail = Mail.objects.create(to=to, subject=subject, body=body, html=html, sender=sender or settings.DEFAULT_FROM_EMAIL)
    transaction.on_commit(_wake.set)
    return mail


class Backend(BaseEmailBackend):
    """What ``EMAIL_BACKEND`` names: every mail of Django and its libraries goes into the outbox."""

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
    """What has been sent or given up for so long that no page speaks of it any more."""
    return Mail.objects.exclude(status=Mail.Status.WAITING).filter(created_at__lt=now - KEPT)


def _take(now: Moment) -> Mail | None:
    """A mail that is due, and nobody else's now."""
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
    """What a mail said may be a secret: it is not kept."""
    mail.status, mail.body, mail.html = status, "", ""
    mail.save(update_fields=["status", "body", "html"])


class Postman:
    """A thread that delivers while the server runs: at once what this process leaves, within seconds what others left."""

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
