from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from rooms.models import Attendance, Room

PER_PAGE = 10

#: Where a spreadsheet may read text as a formula: a sign at the start of a cell, or behind what separates cells in some
#: locale, with blanks, quotes and the like before it. Excel also knows the full-width and small forms of the signs.
FORMULA: Final = re.compile(r"(?:^|(?<=[;,|\t\r\n\v\f]))(?=\W*?[-=+@\t\r\n－＝＋＠﹣﹦﹢﹫])")


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
    response = HttpResponse(_lines(room), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{room.slug}.csv"'
    return response


class _Echo:
    def write(self, line: str) -> str:
        return line


def _lines(room: Room) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow([_("meeting began"), _("name"), _("role"), _("joined"), _("left")])
    stays = Attendance.objects.filter(meeting__room=room).select_related("meeting").order_by("meeting__started_at", "joined_at")
    for stay in stays.iterator():
        times = (stay.meeting.started_at, stay.joined_at, stay.left_at)
        began, joined, left = (_time(time) for time in times)
        yield writer.writerow([began, _inert(stay.name), stay.get_role_display(), joined, left])


def _time(time: datetime | None) -> str:
    return time.isoformat(timespec="seconds") if time else ""


def _inert(text: str) -> str:
    """A name that a spreadsheet does not calculate: an apostrophe before a formula sign makes it text."""
    return FORMULA.sub("'", text)
