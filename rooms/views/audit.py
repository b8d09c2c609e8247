"""Who changed what in a room, for its hosts."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from rooms import audit
from rooms.forms import AuditForm
from rooms.http import spreadsheet, status
from rooms.models import AuditEntry, Room
from rooms.spreadsheets import Row

PER_PAGE = 50


@never_cache
@login_required
@require_safe
def entries(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "audit"), slug=slug)
    form = AuditForm(request.GET)
    facts = {
        "room": room,
        "form": form,
        "page": Paginator(audit.entries(room, **form.wanted), PER_PAGE).get_page(request.GET.get("page")),
        "query": urlencode(form.wanted),
        "days": settings.AUDIT_DAYS,
    }
    return render(request, "rooms/audit.html", facts, status=status(form))


@never_cache
@login_required
@require_safe
def download(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    room = get_object_or_404(Room.objects.permitting(request.user.pk, "audit"), slug=slug)
    return spreadsheet(_rows(audit.entries(room, **AuditForm(request.GET).wanted)), f"{room.slug}-activity.csv")


def _rows(found: QuerySet[AuditEntry]) -> Iterator[Row]:
    yield [_("time"), _("who"), _("what"), _("of what"), _("whom")]
    for entry in found.iterator():
        yield [entry.at, entry.actor_name, entry.get_action_display(), entry.get_use_display(), entry.whom]
