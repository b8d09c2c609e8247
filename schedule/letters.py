"""Mails about scheduled meetings: a text, a hypertext and a calendar, in the language of the recipient and with times in their
zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.names import isolated
from accounts.outbox import Letter
from rooms.invitations import quotable
from schedule import ics, links
from schedule.ics import Date, Entry, Person
from schedule.wording import describe

#: ``end``: a meeting that recurred has no more dates, and those that were stay.
What = Literal["invitation", "change", "end", "cancellation"]
METHODS: Final = {"invitation": ics.request, "change": ics.request, "end": ics.request, "cancellation": ics.cancel}


@dataclass(frozen=True)
class Recipient:
    person: Person
    #: "" for the language of this server.
    language: str
    zone: str
    #: Of their links.
    token: str


@dataclass(frozen=True)
class News:
    """What a mail tells. ``date``: of one date only. ``starts_at``, ``ends_at``: of the date that is shown."""

    what: What
    entry: Entry
    room: str
    starts_at: datetime
    ends_at: datetime
    date: Date | None = None
    passcode: str = ""


def compose(news: News, to: Recipient, identity: str, now: datetime) -> Letter:
    """The mail to one person."""
    calendar = METHODS[news.what](news.entry, to.person, now, news.date)
    with translation.override(to.language or settings.LANGUAGE_CODE):
        facts = _facts(news, to)
        return Letter(
            to=to.person.address,
            subject=_subject(news, facts["when"]),
            body=render_to_string("schedule/mail/meeting.txt", facts),
            html=render_to_string("schedule/mail/meeting.html", facts),
            calendar=calendar,
            unsubscribe=links.silence(to.token),
            identity=identity,
        )


def span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """``Monday, Nov. 30, 2026, 10:00–11:00 (Europe/Berlin)``, as a clock in ``zone`` shows it."""
    starts, ends = (moment.astimezone(ZoneInfo(zone)) for moment in (starts_at, ends_at))
    day = f"{date_format(starts, 'l')}, {date_format(starts, 'DATE_FORMAT')}"
    return f"{day}, {starts:%H:%M}–{ends:%H:%M} ({zone.replace('_', ' ')})"


def _subject(news: News, when: str) -> str:
    """What somebody typed is quoted, without what a mail program would make a link of."""
    facts = {"title": isolated(quotable(_title(news))), "when": when}
    match news.what:
        case "invitation":
            return _("Invitation: “%(title)s”, %(when)s") % facts
        case "change":
            return _("Changed: “%(title)s”, %(when)s") % facts
        case "end":
            return _("No more dates: “%(title)s”, %(when)s") % facts
        case "cancellation":
            return _("Cancelled: “%(title)s”, %(when)s") % facts


def _title(news: News) -> str:
    return " ".join((news.date or news.entry).title.split())


def _facts(news: News, to: Recipient) -> dict[str, str]:
    entry = news.entry
    answer = links.answer(to.token)
    return {
        "what": news.what,
        "one": "yes" if news.date and news.entry.rule else "",
        "recurs": "" if news.date else describe(entry.rule, entry.starts.date(), entry.zone),
        "title": _title(news),
        "when": span(news.starts_at, news.ends_at, to.zone),
        "agenda": (news.date or entry).agenda.strip(),
        "room": quotable(news.room),
        "person": quotable(entry.organiser.name) or "…",
        "host": urlsplit(settings.ORIGINS[0]).hostname or "",
        "address": to.person.address,
        "link": entry.link,
        "passcode": news.passcode,
        "answer": answer,
        "silence": links.silence(to.token),
        "language": translation.get_language() or "",
        "lines": "\n".join(f"> {line}".rstrip() for line in (news.date or entry).agenda.strip().splitlines()),
    }
