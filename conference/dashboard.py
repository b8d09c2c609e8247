"""The dashboard of the admin: a page that updates by itself, for staff who may see rooms."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Final

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

EVERY_SECONDS: Final = 2.0
#: Requests within this time get the same picture, and within the longer time that of before while somebody renders the next.
FRESH_SECONDS: Final = 1.0
STALE_SECONDS: Final = 3.0


class Picture:
    """What all who look see, rendered once for those who ask at the same time. It is in one language."""

    def __init__(
        self, render: Callable[[], str], seconds: float = FRESH_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._render = render
        self._seconds = seconds
        self._clock = clock
        self._rendering = threading.Lock()
        self._shown: tuple[str | None, float, str] = None, -math.inf, ""

    def __call__(self) -> str:
        if (fresh := self._younger(self._seconds)) is not None:
            return fresh
        stale = self._younger(STALE_SECONDS)
        if not self._rendering.acquire(blocking=stale is None):
            return stale or ""
        try:
            return self._younger(self._seconds) or self._renewed()
        finally:
            self._rendering.release()

    def _younger(self, seconds: float) -> str | None:
        """What was rendered in the reader's language within this time."""
        language, at, text = self._shown
        return text if language == get_language() and self._clock() - at < seconds else None

    def _renewed(self) -> str:
        at, text = self._clock(), self._render()
        self._shown = get_language(), at, text
        return text


def _body() -> str:
    return render_to_string("admin/dashboard_body.html", overview.picture())


picture = Picture(_body)


def page(request: AuthenticatedRequest) -> HttpResponse:
    _check(request)
    context = {**admin.site.each_context(request), "body": picture(), "title": _("Dashboard")}
    return TemplateResponse(request, "admin/dashboard.html", context)


def events(request: AuthenticatedRequest) -> HttpResponse:
    """What is on the page, again whenever it is different."""
    _check(request)
    return stream(request, ("dashboard", get_language()), picture, every=EVERY_SECONDS)


def _check(request: AuthenticatedRequest) -> None:
    if not request.user.has_perm("rooms.view_room"):
        raise PermissionDenied
