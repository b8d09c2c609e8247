from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from rooms.http import spreadsheet
from rooms.models import Attendance, Room
from rooms.spreadsheets import Row

PER_PAGE = 10


@never_cache
@login_required
@require_safe
def history(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "history"), slug=slug)
    meetings = room.meetings.prefetch_related("attendances")
    page = Paginator(meetings, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "rooms/history.html", {"room": room, "page": page})


@never_cache
@login_required
@require_safe
def download(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "history"), slug=slug)
    return spreadsheet(_rows(room), f"{room.slug}.csv")


def _rows(room: Room) -> Iterator[Row]:
    yield [_("meeting began"), _("name"), _("role"), _("joined"), _("left")]
    stays = Attendance.objects.filter(meeting__room=room).select_related("meeting").order_by("meeting__started_at", "joined_at")
    for stay in stays.iterator():
        yield [stay.meeting.started_at, stay.name, stay.get_role_display(), stay.joined_at, stay.left_at]
