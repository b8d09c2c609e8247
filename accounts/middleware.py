"""Each request is answered in the time zone of whoever asks: pages, forms and tables."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import Error
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts import zones
from accounts.http import Request


class ZoneMiddleware:
    """Needs the user of the request. While the database is away the zone is that of the server, and the view fails by itself."""

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        try:
            zone = zone_of(request)
        except Error:
            zone = None
        with timezone.override(zone):
            return self._get_response(request)


def zone_of(request: Request) -> ZoneInfo:
    """The zone of the account, else that of the browser, else UTC."""
    own = zones.known(request.user.time_zone) if request.user.is_authenticated else ""
    return ZoneInfo(own or zones.guess(request.COOKIES) or zones.UTC)
