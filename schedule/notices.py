"""Mails that remind of a date, and that tell who came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import zones
from accounts.models import User
from accounts.outbox import Letter
from rooms.attendance import Presence
from rooms.invitations import quotable
from rooms.models import Room
from schedule import notifications
from schedule.models import Invitee, Occurrence


def reminder(date: Occurrence, whom: Invitee | User, identity: str) -> Letter:
    """A reminder of a date, to somebody who is invited, to the organiser or to a member."""
    invited = isinstance(whom, Invitee)
    user = whom.user if isinstance(whom, Invitee) else whom
    with translation.override((whom.language if isinstance(whom, Invitee) else "") or settings.LANGUAGE_CODE):
        title = " ".join(date.title.split())
        facts: dict[str, Any] = {
            "title": title,
            "when": span(date.starts_at, date.ends_at, zone(user, date.scheduled.zone)),
            "link": absolute(date.scheduled.room.get_absolute_url()),
            "room": quotable(date.scheduled.room.name),
            "invited": invited,
        }
        subject = _("Reminder: “%(title)s”, %(when)s") % {"title": quotable(title), "when": facts["when"]}
        link = notifications.token("invitee" if invited else "mail", whom.pk)
        return _letter("reminder", whom.email, subject, facts, link, identity)


def summary(
    room: Room, title: str, span_: tuple[datetime, datetime], people: Sequence[Presence], to: User, identity: str
) -> Letter:
    """Who came to a meeting, and for how long, to the owner of the room."""
    with translation.override(settings.LANGUAGE_CODE):
        there = zone(to, "UTC")
        facts: dict[str, Any] = {
            "title": " ".join(title.split()),
            "when": span(*span_, there),
            "room": quotable(room.name),
            "people": [(" ".join(one.name.split()), _hours(one.seconds)) for one in people],
            "link": absolute(reverse("history", args=[room.slug])),
        }
        subject = _("Summary: “%(title)s”, %(when)s") % {"title": quotable(facts["title"]), "when": facts["when"]}
        link = notifications.token("summaries", to.pk)
        return _letter("summary", to.email, subject, facts, link, identity)


def _letter(template: str, to: str, subject: str, facts: dict[str, Any], token: str, identity: str) -> Letter:
    facts |= {
        "host": urlsplit(settings.ORIGINS[0]).hostname or "",
        "address": to,
        "silence": absolute(reverse("silence_notifications", args=[token])),
        "choices": absolute(reverse("notifications")),
        "language": translation.get_language() or "",
    }
    return Letter(
        to=to,
        subject=subject,
        body=render_to_string(f"schedule/mail/{template}.txt", facts),
        html=render_to_string(f"schedule/mail/{template}.html", facts),
        unsubscribe=facts["silence"],
        identity=identity,
    )


def zone(user: User | None, otherwise: str) -> str:
    """The zone in which somebody reads times."""
    return zones.known(user.time_zone if user is not None else "") or zones.known(otherwise) or zones.UTC


def span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """``Monday, Nov. 30, 2026, 10:00–11:00 (Europe/Berlin)``, as a clock in ``zone`` shows it."""
    starts, ends = (moment.astimezone(ZoneInfo(zone)) for moment in (starts_at, ends_at))
    day = f"{date_format(starts, 'l')}, {date_format(starts, 'DATE_FORMAT')}"
    return f"{day}, {starts:%H:%M}–{ends:%H:%M} ({zone.replace('_', ' ')})"


def absolute(path: str) -> str:
    return f"{settings.ORIGINS[0]}{path}"


def _hours(seconds: int) -> str:
    """``1:05``: hours and minutes, rounded."""
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02}"
