"""``/metrics``: what this process's worker counts, for whoever may know."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare

from signaling import live

_FORWARDED = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP")


class MetricsMiddleware:
    """With METRICS_TOKEN, to whoever bears it; without, to this machine. Everybody else gets the page that is not there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != "/metrics" or not _permitted(request):
            return self._get_response(request)
        return HttpResponse(live.metrics(), content_type=live.METRICS_TYPE, headers={"Cache-Control": "no-store"})


def _permitted(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}")
    return _local(request)


def _local(request: HttpRequest) -> bool:
    """From this machine, and not through a proxy on it, which would speak for the world."""
    if any(name in request.META for name in _FORWARDED) or (settings.CLIENT_IP_HEADER and _client_header(request)):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _client_header(request: HttpRequest) -> bool:
    return settings.CLIENT_IP_HEADER in request.headers
