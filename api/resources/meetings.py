"""Scheduled meetings and their dates."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Final, Literal

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field, field_validator, model_validator

from accounts import throttle
from accounts.zones import is_zone
from api import etags
from api.auth import needs
from api.callers import Request
from api.forms import checked
from api.pages import Turn, page
from api.problems import Kind, Problem
from api.scopes import Scope
from api.shapes import Key, Listed, Output, Person, Time, person, without_defaults
from rooms.models import Room
from schedule import commands, forms, planning, zones
from schedule.commands import Scope as Dates
from schedule.forms import DateForm, MeetingForm
from schedule.models import AGENDA_LENGTH, MINUTES_MAX, TITLE_LENGTH, Occurrence, ScheduledMeeting
from schedule.recurrence import COUNT_MAX, EVERY_MAX, Repeats

router = Router()

Day = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
WINDOW: Final = dt.timedelta(days=31)
WINDOW_MOST: Final = dt.timedelta(days=92)
#: What the fields of the form are called here.
_NAMES: Final = {"date": "starts_at", "begins": "starts_at", "ends": "minutes", "overnight": "minutes"}
_TIMES: Final = frozenset({"starts_at", "minutes", "zone"})


class DateOut(Output):
    id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    cancelled: bool
    changed: bool = Field(description="Whether it has another time, title or agenda than the meeting says.")


class DatesOut(Listed):
    items: list[DateOut]


class MeetingOut(Output):
    id: int
    title: str
    agenda: str
    starts_at: dt.datetime = Field(description="When the first date begins.")
    minutes: int
    zone: str = Field(description="In this time zone the dates keep their time of day.")
    repeats: Repeats
    every: int
    days: list[Day]
    until: dt.date | None
    count: int | None
    organiser: Person | None = Field(description="Who has scheduled it; null for a system, and for a deleted account.")
    address: str = Field(description="Its page.")
    cancelled_at: dt.datetime | None
    created_at: dt.datetime


class MeetingWithDates(MeetingOut):
    dates: list[DateOut] = Field(description="Those in the window, in order.")


class MeetingsOut(Listed):
    items: list[MeetingWithDates]


class Window(Turn):
    since: Annotated[Time | None, Field(alias="from", description="Without it, now.")] = None
    until: Annotated[Time | None, Field(description="At most 92 days later. Without it, 31 days later.")] = None

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime]:
        since = self.since or timezone.now()
        return since, self.until or since + WINDOW

    @field_validator("until")
    @classmethod
    def _after(cls, until: dt.datetime | None, info: Any) -> dt.datetime | None:
        since = info.data.get("since") or timezone.now()
        if until is not None and not dt.timedelta(0) < until - since <= WINDOW_MOST:
            raise ValueError("Choose a time after `from`, and at most 92 days later.")
        return until


class ChangedMeeting(Schema):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=without_defaults)

    title: Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH)] = ""
    agenda: Annotated[str, Field(max_length=AGENDA_LENGTH)] = ""
    starts_at: Time = Field(default_factory=timezone.now, description="When the first date begins, in whole minutes.")
    minutes: Annotated[int, Field(ge=1, le=MINUTES_MAX)] = 60
    zone: Annotated[str, Field(max_length=64, description="A name of the IANA database.")] = "UTC"
    repeats: Repeats = ""
    every: Annotated[int, Field(ge=1, le=EVERY_MAX, description="Every so many days, weeks or months.")] = 1
    days: Annotated[list[Day], Field(max_length=7, description="For weekly ones; empty for the day of the first date.")] = []
    until: Annotated[dt.date | None, Field(description="The last day.")] = None
    count: Annotated[int | None, Field(ge=1, le=COUNT_MAX, description="Instead of `until`: how many dates.")] = None

    @field_validator("starts_at")
    @classmethod
    def _whole(cls, starts_at: dt.datetime) -> dt.datetime:
        if starts_at.second or starts_at.microsecond:
            raise ValueError("Use whole minutes.")
        return starts_at


class NewMeeting(ChangedMeeting):
    title: Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH)]
    starts_at: Annotated[Time, Field(description="When the first date begins, in whole minutes.")]
    minutes: Annotated[int, Field(ge=1, le=MINUTES_MAX)]
    zone: Annotated[str, Field(max_length=64, description="A name of the IANA database.")]


class Which(Schema):
    """Which dates of a meeting. Those that are over stay as they were."""

    scope: Annotated[Dates, Field(description="One date, it and those that follow, or all.")] = "all"
    date: Annotated[Key | None, Field(description="The id of the date, unless it is about all.")] = None

    @model_validator(mode="after")
    def _has_date(self) -> Which:
        if (self.scope == "all") != (self.date is None):
            raise ValueError("Name a date for `one` and for `following`, and none for `all`.")
        return self


def describe(request: Request, scheduled: ScheduledMeeting) -> MeetingOut:
    return MeetingOut(**_described(request, scheduled))


def _described(request: Request, scheduled: ScheduledMeeting) -> dict[str, Any]:
    known = forms.of_all(scheduled)
    return {
        "id": scheduled.pk,
        "starts_at": planning.first(scheduled),
        "minutes": scheduled.minutes,
        "organiser": person(scheduled.organiser),
        "address": request.build_absolute_uri(scheduled.get_absolute_url()),
        "cancelled_at": scheduled.cancelled_at,
        "created_at": scheduled.created_at,
        **{name: known[name] for name in ("title", "agenda", "zone", "repeats", "every", "days", "until", "count")},
    }


@router.get("/{room:code}/meetings", response=MeetingsOut, auth=needs(Scope.MEETINGS_READ), summary="List scheduled meetings")
def list_meetings(request: Request, code: str, window: Query[Window]) -> Any:
    """Those that have dates between `from` and `until`, with these dates, also the cancelled ones."""
    room, _by = request.caller.room(code)
    dates = Occurrence.objects.between(*window.span)
    found = _meetings(room).filter(Exists(dates.filter(scheduled=OuterRef("pk"))))
    found = found.prefetch_related(Prefetch("occurrences", dates.select_related("scheduled"), to_attr="within"))

    def describe_with_dates(scheduled: Any) -> MeetingWithDates:
        dates = [DateOut.model_validate(date) for date in scheduled.within]
        return MeetingWithDates(**_described(request, scheduled), dates=dates)

    return page(request, window, found, describe_with_dates)


@router.post("/{room:code}/meetings", response={201: MeetingOut}, auth=needs(Scope.MEETINGS_WRITE), summary="Schedule a meeting")
def schedule(request: Request, code: str, body: NewMeeting, response: HttpResponse) -> Any:
    """Also one that recurs: its dates keep their time of day when clocks change."""
    room, by = request.caller.room(code, "schedule", hold=True)
    times = _times(body.starts_at, body.minutes, body.zone)
    form = checked(MeetingForm({**body.model_dump(), **times}, now=_now(room)), **_NAMES)
    throttle.take(forms.LIMIT, request.caller.counted)
    scheduled = commands.schedule(room, by, form.values())
    response["Location"] = request.build_absolute_uri(f"{request.path}/{scheduled.pk}")
    return Status(201, describe(request, _meeting(room, scheduled.pk)))


@router.get(
    "/{room:code}/meetings/{int:pk}", response=MeetingOut, auth=needs(Scope.MEETINGS_READ), summary="Read a scheduled meeting"
)
def read_meeting(request: Request, code: str, pk: Key) -> Any:
    return describe(request, _meeting(request.caller.room(code)[0], pk))


@router.get(
    "/{room:code}/meetings/{int:pk}/dates", response=DatesOut, auth=needs(Scope.MEETINGS_READ), summary="List dates of a meeting"
)
def list_dates(request: Request, code: str, pk: Key, turn: Query[Turn]) -> Any:
    """All of them, also those that are over or cancelled. Dates of meetings without an end are made 400 days ahead."""
    scheduled = _meeting(request.caller.room(code)[0], pk)
    return page(request, turn, scheduled.occurrences.select_related("scheduled"), DateOut.model_validate)


@router.patch(
    "/{room:code}/meetings/{int:pk}",
    response=MeetingOut,
    auth=needs(Scope.MEETINGS_WRITE),
    summary="Change a scheduled meeting",
)
def change_meeting(request: Request, code: str, pk: Key, body: ChangedMeeting, which: Query[Which]) -> Any:
    """Whoever is invited is told. If only the dates that follow change, they are a meeting of their own from then on, and that
    is the answer: its `id` is another one.
    """
    room, by = request.caller.room(code, "schedule", hold=True)
    scheduled = _meeting(room, pk)
    etags.must_match(request, describe(request, scheduled))
    occurrence = _date(scheduled, which)
    form = checked(_changed(scheduled, occurrence, which.scope, body, _now(room)), **_NAMES)
    throttle.take(forms.LIMIT, request.caller.counted)
    changed = commands.change(scheduled, by, form.values(), scope=which.scope, occurrence=occurrence)
    return describe(request, _meeting(room, changed.pk))


@router.delete(
    "/{room:code}/meetings/{int:pk}",
    response={204: None},
    auth=needs(Scope.MEETINGS_WRITE),
    summary="Cancel a scheduled meeting",
)
def cancel_meeting(request: Request, code: str, pk: Key, which: Query[Which]) -> Any:
    """Whoever is invited is told. Dates that are over stay, and so does what was cancelled, marked as such."""
    room, by = request.caller.room(code, "schedule", hold=True)
    scheduled = _meeting(room, pk)
    etags.must_match(request, describe(request, scheduled))
    commands.cancel(scheduled, by, scope=which.scope, occurrence=_date(scheduled, which))
    return Status(204, None)


def _meetings(room: Room) -> QuerySet[ScheduledMeeting]:
    return room.scheduled.select_related("room", "organiser")


def _meeting(room: Room, pk: int) -> ScheduledMeeting:
    return get_object_or_404(_meetings(room), pk=pk)


def _date(scheduled: ScheduledMeeting, which: Which) -> Occurrence | None:
    if which.date is None:
        return None
    occurrence = get_object_or_404(scheduled.occurrences, pk=which.date)
    occurrence.scheduled = scheduled
    return occurrence


def _now(room: Room) -> dt.datetime:
    """The time of the database, while the room is held."""
    now = planning.hold(room.pk)
    if now is None:
        raise Problem(Kind.NOT_FOUND)
    return now


def _changed(
    scheduled: ScheduledMeeting, occurrence: Occurrence | None, scope: Dates, body: ChangedMeeting, now: dt.datetime
) -> DateForm:
    """The form of the page with the values of ``body``, and else those that it has."""
    given = body.model_dump(exclude_unset=True)
    kind: type[DateForm] = MeetingForm
    if occurrence is None:
        known = forms.of_all(scheduled)
    elif scope == "following" or not scheduled.rule:
        known = forms.of_following(occurrence)
    else:
        kind, known = DateForm, forms.of_one(occurrence)
        _refuse(given.keys() & set(MeetingForm.rules))
    return kind({**known, **given, **_new_times(scheduled, occurrence, scope, known, given)}, now=now, known=scheduled)


def _refuse(rules: set[str]) -> None:
    if rules:
        errors = [{"pointer": f"#/{name}", "detail": "This cannot be changed for one date."} for name in sorted(rules)]
        raise Problem(Kind.INVALID, errors=errors)


def _new_times(
    scheduled: ScheduledMeeting, occurrence: Occurrence | None, scope: Dates, known: dict[str, Any], given: dict[str, Any]
) -> dict[str, Any]:
    """Without another beginning, it keeps the time of day, also in another zone."""
    if not given.keys() & _TIMES:
        return {}
    zone = given.get("zone", known["zone"])
    length = scheduled.minutes
    if occurrence is not None and scope == "one":
        length = (occurrence.ends_at - occurrence.starts_at) // dt.timedelta(minutes=1)
    starts_at = given.get("starts_at") or (zones.local(known["date"], known["begins"], zone) if is_zone(zone) else None)
    return _times(starts_at, given.get("minutes", length), zone) if starts_at is not None else {}


def _times(starts_at: dt.datetime, minutes: int, zone: str) -> dict[str, Any]:
    """The values of the form; those of another zone if there is no such one, which the form then says."""
    return forms.times(starts_at, minutes, zone if is_zone(zone) else "UTC")
