"""The pages of a room's scheduled meetings: list, one, and the forms that make, change and cancel them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Now
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import throttle
from accounts.http import AuthenticatedRequest
from accounts.throttle import Throttled
from rooms.actors import actor
from rooms.http import status
from rooms.models import Room
from schedule import commands, forms
from schedule.commands import SCOPES, Gone, Scope
from schedule.forms import DateForm, MeetingForm
from schedule.models import Occurrence, ScheduledMeeting
from signaling.permissions import Action

PER_PAGE: Final = 20
_OFTEN: Final = _lazy("You have changed the calendar very often within an hour. Wait a little, then try again.")
_CANCELLED: Final = {
    "one": _lazy("A date of “%(meeting)s” has been cancelled."),
    "following": _lazy("“%(meeting)s” ends before this date."),
    "all": _lazy("“%(meeting)s” has been cancelled."),
}


def _room(request: AuthenticatedRequest, slug: str, action: Action) -> Room:
    return get_object_or_404(Room.objects.permitting(request.user.pk, action).annotate(**{"now": Now()}), slug=slug)


def _now(room: Room) -> dt.datetime:
    """The time of the database, when the room was fetched."""
    now: dt.datetime = room.now  # type: ignore[attr-defined]
    return now


@never_cache
@login_required
@require_safe
def meetings(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    room = _room(request, slug, "view")
    past = request.GET.get("past") == "yes"
    coming = Occurrence.objects.upcoming(_now(room)).filter(scheduled=OuterRef("pk")).values("starts_at", "ends_at")
    found: QuerySet[ScheduledMeeting] = room.scheduled.annotate(
        **{"starts_at": Subquery(coming.values("starts_at")[:1]), "ends_at": Subquery(coming.values("ends_at")[:1])}
    ).filter(**{"starts_at__isnull": past})
    page = Paginator(found.order_by(*(["-date", "-pk"] if past else ["starts_at", "pk"])), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "schedule/meetings.html", {"room": room, "page": page, "past": past})


@never_cache
@login_required
@require_safe
def where(request: AuthenticatedRequest) -> HttpResponse:
    """In which room a meeting is to be scheduled. Nobody is asked who has only one."""
    rooms = list(Room.objects.permitting(request.user.pk, "schedule").latest_first())
    if len(rooms) == 1:
        return redirect("schedule_new", rooms[0].slug)
    return render(request, "schedule/where.html", {"rooms": rooms})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    room = _room(request, slug, "schedule")
    form = MeetingForm(request.POST or None, initial=forms.blank(_now(room)), now=_now(room))
    if form.is_valid():
        try:
            throttle.take(forms.LIMIT, str(request.user.pk))
            scheduled = commands.schedule(room, actor(request.user, room.role), form.values())
        except Gone as gone:
            raise Http404 from gone
        except Throttled:
            form.add_error(None, _OFTEN)
        else:
            messages.success(request, _("“%(meeting)s” is in the calendar.") % {"meeting": scheduled})
            return redirect(scheduled)
    return render(request, "schedule/new.html", {"room": room, "form": form}, status=status(form))


@never_cache
@login_required
@require_safe
def meeting(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    """Also for somebody who is invited with their account and does not belong to the room."""
    rooms = Room.objects.seen_by(request.user.pk).annotate(**{"now": Now()})
    scheduled = get_object_or_404(
        ScheduledMeeting.objects.visible_to(request.user).select_related("organiser"), pk=pk, room__slug=slug
    )
    scheduled.room = rooms.get(pk=scheduled.room_id)
    dates = scheduled.occurrences.filter(ends_at__gt=_now(scheduled.room))
    page = Paginator(dates, PER_PAGE).get_page(request.GET.get("page"))
    for date in page:
        date.scheduled = scheduled
    facts = {
        "room": scheduled.room,
        "scheduled": scheduled,
        "page": page,
        "keeper": "schedule" in scheduled.room.permitted and not scheduled.cancelled_at and bool(page),
    }
    return render(request, "schedule/meeting.html", facts)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    scheduled, occurrence, scope = _chosen(request, slug, pk)
    room = scheduled.room
    form = _form(request, scheduled, occurrence, scope)
    if form.is_valid():
        try:
            throttle.take(forms.LIMIT, str(request.user.pk))
            by = actor(request.user, room.role)
            scheduled = commands.change(scheduled, by, form.values(), scope=scope, occurrence=occurrence)
        except Gone:
            form.add_error(None, _("This was cancelled or is over meanwhile."))
        except Throttled:
            form.add_error(None, _OFTEN)
        else:
            messages.success(request, _("“%(meeting)s” has been changed.") % {"meeting": form.cleaned_data["title"]})
            return redirect(scheduled)
    facts = {"room": room, "scheduled": scheduled, "occurrence": occurrence, "scope": scope, "form": form}
    return render(request, "schedule/change.html", facts, status=status(form))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    scheduled, occurrence, scope = _chosen(request, slug, pk)
    if request.method == "POST":
        try:
            commands.cancel(scheduled, actor(request.user, scheduled.room.role), scope=scope, occurrence=occurrence)
        except Gone:
            messages.error(request, _("This was cancelled before or is over meanwhile."))
        else:
            messages.success(request, _CANCELLED[scope] % {"meeting": scheduled})
        return redirect(scheduled)
    facts = {"room": scheduled.room, "scheduled": scheduled, "occurrence": occurrence, "scope": scope}
    return render(request, "schedule/cancel.html", facts)


def _chosen(request: AuthenticatedRequest, slug: str, pk: int) -> tuple[ScheduledMeeting, Occurrence | None, Scope]:
    """What the address is about: ``date`` is the key of a date, ``scope`` is which dates from there. Without both, all dates."""
    room = _room(request, slug, "schedule")
    scheduled = get_object_or_404(room.scheduled, pk=pk)
    scheduled.room = room
    scope: Scope = next((scope for scope in SCOPES if scope == request.GET.get("scope")), "all")
    key = request.GET.get("date", "")
    if not scheduled.rule or not key.isdecimal() or len(key) > 18:
        return scheduled, None, "all"
    occurrence = get_object_or_404(scheduled.occurrences, pk=int(key))
    occurrence.scheduled = scheduled
    return scheduled, occurrence, scope


def _form(request: AuthenticatedRequest, scheduled: ScheduledMeeting, occurrence: Occurrence | None, scope: Scope) -> DateForm:
    options: dict[str, Any] = {"data": request.POST or None, "now": _now(scheduled.room), "known": scheduled}
    if occurrence is None or scope == "all":
        return MeetingForm(initial=forms.of_all(scheduled), **options)
    if scope == "following":
        return MeetingForm(initial=forms.of_following(occurrence), **options)
    return DateForm(initial=forms.of_one(occurrence), **options)
