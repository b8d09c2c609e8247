"""Mails that remind of a date, and that tell who came."""

from __future__ import annotations

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
from rooms.durations import in_words
from rooms.invitations import quotable
from rooms.models import Room
from schedule import notifications
from schedule.models import Invitee, Occurrence
from schedule.reports import Attended, ReportedMeeting


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


def summary(room: Room, reported: ReportedMeeting, to: User, identity: str) -> Letter:
    """Who came to a meeting, and for how long, to the owner of the room."""
    with translation.override(settings.LANGUAGE_CODE):
        title = " ".join((reported.title or room.name).split())
        facts: dict[str, Any] = {
            "title": title,
            "when": span(reported.starts_at, reported.ends_at, zone(to, _zone(reported))),
            "room": quotable(room.name),
            "people": [(" ".join(one.name.split()), in_words(one.time), _late(one)) for one in reported.people],
            "link": absolute(_report(room, reported)),
        }
        subject = _("Summary: “%(title)s”, %(when)s") % {"title": quotable(title), "when": facts["when"]}
        return _letter("summary", to.email, subject, facts, notifications.token("summaries", to.pk), identity)


def _zone(reported: ReportedMeeting) -> str:
    return reported.occurrence.scheduled.zone if reported.occurrence else zones.UTC


def _late(one: Attended) -> str:
    return _("%(time)s late") % {"time": in_words(one.late)} if one.late else ""


def _report(room: Room, reported: ReportedMeeting) -> str:
    if reported.occurrence is not None:
        return reverse("report_date", args=[room.slug, reported.occurrence.pk])
    return reverse("report_meeting", args=[room.slug, reported.sitting.pk if reported.sitting else 0])


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
