"""Mails that a real SMTP server on loopback has received."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from icalendar import Calendar


@dataclass(frozen=True)
class Received:
    mail: EmailMessage
    text: str
    html: str
    calendar: Any

    @property
    def to(self) -> str:
        return str(self.mail["To"])

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"]).strip()

    @property
    def method(self) -> str:
        return str(self.calendar["METHOD"])

    @property
    def event(self) -> Any:
        """The first one."""
        return self.calendar.events[0]

    def link(self, end: str = "") -> str:
        """The path of the link to answer, or of the one that has ``end`` behind it."""
        found = re.search(rf"http://[^/]+(/invited/[^/\s]+{end})\s", self.text)
        assert found is not None
        return found[1]


def opened(raw: str) -> Received:
    mail = message_from_bytes(raw.encode(), policy=default)
    parts = {part.get_content_type(): part for part in mail.walk()}
    texts = [str(parts[kind].get_content()) for kind in ("text/plain", "text/html", "text/calendar")]
    assert parts["text/calendar"].get_param("method") == Calendar.from_ical(texts[2])["METHOD"]
    return Received(mail, texts[0], texts[1], Calendar.from_ical(texts[2]))
