"""The dashboard of the admin: a page that updates by itself, for staff who may see rooms."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.http import AuthenticatedRequest
from accounts.streams import stream
from conference import overview

EVERY_SECONDS = 2.0


def page(request: AuthenticatedRequest) -> HttpResponse:
    _check(request)
    context = {**admin.site.each_context(request), **overview.picture(), "title": _("Dashboard")}
    return TemplateResponse(request, "admin/dashboard.html", context)


def events(request: AuthenticatedRequest) -> HttpResponse:
    """What is on the page, again whenever it is different."""
    _check(request)
    return stream(request, ("dashboard", get_language()), _body, every=EVERY_SECONDS)


def _body() -> str:
    return render_to_string("admin/dashboard_body.html", overview.picture())


def _check(request: AuthenticatedRequest) -> None:
    if not request.user.has_perm("rooms.view_room"):
        raise PermissionDenied
