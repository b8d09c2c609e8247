"""Mails that remind of a date, and that tell who came."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import languages, zones
from accounts.models import User
from accounts.names import isolated
from accounts.outbox import Letter
from rooms.durations import in_words
from rooms.invitations import quotable
from rooms.models import Room
from schedule import links, notifications
from schedule.entries import absolute
from schedule.letters import span
from schedule.models import Invitee, Occurrence
from schedule.notifications import What
from schedule.reports import Attended, ReportedMeeting


def reminder(date: Occurrence, whom: Invitee | User, identity: str) -> Letter:
    """A reminder of a date, to somebody who is invited, to the organiser or to a member."""
    user = whom.user if isinstance(whom, Invitee) else whom
    invited = whom.language if isinstance(whom, Invitee) else ""
    with translation.override(languages.of(user) or invited or settings.LANGUAGE_CODE):
        title = " ".join(date.title.split())
        facts: dict[str, Any] = {
            "title": title,
            "when": span(date.starts_at, date.ends_at, zone(user, date.scheduled.zone)),
            "link": absolute(date.scheduled.room.get_absolute_url()),
            "room": quotable(date.scheduled.room.name),
            "answer": links.answer(links.token(whom.pk)) if isinstance(whom, Invitee) else "",
        }
        subject = _("Reminder: “%(title)s”, %(when)s") % {"title": isolated(quotable(title)), "when": facts["when"]}
        return _letter("reminder", whom.email, subject, facts, _end(whom), identity)


def _end(whom: Invitee | User) -> str:
    """Where somebody ends such mails."""
    if isinstance(whom, Invitee):
        return links.silence(links.token(whom.pk))
    return _silence("mail", whom)


def summary(room: Room, reported: ReportedMeeting, to: User, identity: str) -> Letter:
    """Who came to a meeting, and for how long, to the owner of the room."""
    with translation.override(languages.of(to) or settings.LANGUAGE_CODE):
        title = " ".join((reported.title or room.name).split())
        facts: dict[str, Any] = {
            "title": title,
            "when": span(reported.starts_at, reported.ends_at, zone(to, _zone(reported))),
            "room": quotable(room.name),
            "people": [(" ".join(one.name.split()), in_words(one.time), _late(one)) for one in reported.people],
            "link": absolute(_report(room, reported)),
        }
        subject = _("Summary: “%(title)s”, %(when)s") % {"title": isolated(quotable(title)), "when": facts["when"]}
        return _letter("summary", to.email, subject, facts, _silence("summaries", to), identity)


def _zone(reported: ReportedMeeting) -> str:
    return reported.occurrence.scheduled.zone if reported.occurrence else zones.UTC


def _late(one: Attended) -> str:
    return _("%(time)s late") % {"time": in_words(one.late)} if one.late else ""


def _report(room: Room, reported: ReportedMeeting) -> str:
    if reported.occurrence is not None:
        return reverse("report_date", args=[room.slug, reported.occurrence.pk])
    return reverse("report_meeting", args=[room.slug, reported.sitting.pk if reported.sitting else 0])


def _silence(what: What, user: User) -> str:
    return absolute(reverse("silence_notifications", args=[notifications.token(what, user)]))


def _letter(template: str, to: str, subject: str, facts: dict[str, Any], silence: str, identity: str) -> Letter:
    facts |= {
        "host": urlsplit(settings.ORIGINS[0]).hostname or "",
        "address": to,
        "silence": silence,
        "choices": absolute(reverse("notifications")),
        "language": translation.get_language() or "",
    }
    return Letter(
        to=to,
        subject=subject,
        body=render_to_string(f"schedule/mail/{template}.txt", facts),
        html=render_to_string(f"schedule/mail/{template}.html", facts),
        unsubscribe=silence,
        identity=identity,
    )


def zone(user: User | None, otherwise: str) -> str:
    """The zone in which somebody reads times."""
    return zones.known(user.time_zone if user is not None else "") or zones.known(otherwise) or zones.UTC
