from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from rooms.durations import in_words
from rooms.http import spreadsheet, status
from rooms.models import Attendance, Room
from rooms.spreadsheets import Row
from schedule import charts, reports
from schedule.reports import Attended, ReportedMeeting
from schedule.term import TermForm

ROLES = dict(Attendance.Role.choices)


@never_cache
@login_required
@require_safe
def report(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Everybody over a term."""
    room, form, found = _term(request, slug)
    facts = {
        **_facts(room, form),
        "meetings": found,
        "people": reports.people(found, room),
        "bars": charts.bars(*_counts(found)),
        "most": max((len(one.people) for one in found), default=0),
    }
    return render(request, "schedule/report.html", facts, status=status(form))


@never_cache
@login_required
@require_safe
def report_person(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """One person over a term."""
    room, form, found = _term(request, slug)
    key = request.GET.get("person", "")
    person = next((one for one in reports.people(found, room) if one.key == key), None)
    if person is None and form.is_valid():
        raise Http404
    rows = [(one, one.of(key)) for one in found]
    values = [(theirs.share if theirs else 0.0, _said(one, theirs)) for one, theirs in rows]
    facts = {**_facts(room, form), "person": person, "key": key, "rows": rows, "bars": charts.bars(values, 100)}
    return render(request, "schedule/report_person.html", facts, status=status(form))


@never_cache
@login_required
@require_safe
def report_date(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    """A date that has begun."""
    room, now = _room(request, slug), timezone.now()
    date = get_object_or_404(reports.dates_of(room, now).filter(starts_at__gt=_kept_since(now)), pk=pk)
    return _one(request, room, reports.of_date(date, reports.sittings_at(date), now))


@never_cache
@login_required
@require_safe
def report_meeting(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    """A sitting."""
    room = _room(request, slug)
    return _one(request, room, reports.of_sitting(get_object_or_404(room.meetings, pk=pk)))


@never_cache
@login_required
@require_safe
def report_csv(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """A row for each person in each meeting of a term; only those of one person, if the address says which."""
    room, form, found = _term(request, slug)
    if not form.is_valid():
        # That page says what is wrong.
        return redirect(f"{reverse('report', args=[room.slug])}?{urlencode(request.GET.dict())}")
    return spreadsheet(_rows(found, request.GET.get("person", "")), f"{room.slug}-report.csv")


def _room(request: AuthenticatedRequest, slug: str) -> Room:
    return get_object_or_404(Room.objects.permitting(request.user.pk, "history"), slug=slug)


def _term(request: AuthenticatedRequest, slug: str) -> tuple[Room, TermForm, list[ReportedMeeting]]:
    """The room, the form, and the meetings of the term; none if the form has errors."""
    room, now = _room(request, slug), timezone.now()
    form = TermForm(request.GET.dict(), timezone.localdate(now))
    if not form.is_valid():
        return room, form, []
    begin, end = form.span
    return room, form, reports.meetings(room, max(begin, _kept_since(now)), end, now)


def _kept_since(now: datetime) -> datetime:
    """Of what was before, attendance is no longer there: it would look as if nobody had come."""
    return now - timedelta(days=_days())


def _days() -> int:
    return min(settings.ATTENDANCE_DAYS, settings.HISTORY_DAYS)


def _facts(room: Room, form: TermForm) -> dict[str, object]:
    term = {name: form.data[name] for name in form.fields}
    return {"room": room, "form": form, "query": urlencode(term), "days": _days(), "grace": in_words(reports.GRACE)}


def _one(request: AuthenticatedRequest, room: Room, meeting: ReportedMeeting) -> HttpResponse:
    lines = [(one, charts.line(one.stays, meeting.starts_at, meeting.ends_at)) for one in meeting.people]
    absent = reports.absent({one.key for one in meeting.people}, room)
    facts = {"room": room, "meeting": meeting, "lines": lines, "absent": absent, "roles": ROLES, "grace": in_words(reports.GRACE)}
    return render(request, "schedule/report_meeting.html", facts)


def _counts(found: Sequence[ReportedMeeting]) -> tuple[list[tuple[float, str]], float]:
    """For the chart: how many came to each meeting, and the most."""
    values = [(float(len(one.people)), f"{_when(one)}: {len(one.people)}") for one in found]
    return values, max((value for value, _title in values), default=0)


def _said(meeting: ReportedMeeting, theirs: Attended | None) -> str:
    return f"{_when(meeting)}: {theirs.share if theirs else 0} %"


def _when(meeting: ReportedMeeting) -> str:
    return date_format(timezone.localtime(meeting.starts_at), "SHORT_DATE_FORMAT")


def _rows(found: Iterable[ReportedMeeting], key: str) -> Iterator[Row]:
    yield [
        *(_("meeting"), _("began"), _("ended"), _("name"), _("role"), _("came"), _("left")),
        *(_("minutes present"), _("per cent present"), _("minutes late"), _("minutes left early")),
        _("breakout rooms, minutes"),
    ]
    for meeting in found:
        for one in meeting.people:
            if key in ("", one.key):
                yield _row(meeting, one)


def _row(meeting: ReportedMeeting, one: Attended) -> Row:
    times = (meeting.starts_at, None if meeting.goes_on else meeting.ends_at, one.first_at, None if one.there else one.last_at)
    began, ended, came, left = (timezone.localtime(at) if at is not None else None for at in times)
    minutes = [str(int(time.total_seconds()) // 60) for time in (one.time, one.late, one.early)]
    who = (one.name, str(ROLES[one.role]), came, left)
    breakouts = "; ".join(f"{name}: {int(time.total_seconds()) // 60}" for name, time in one.breakouts)
    return [meeting.title, began, ended, *who, minutes[0], str(one.share), *minutes[1:], breakouts]
