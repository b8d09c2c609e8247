"""``/metrics``: what the worker of this process counts, for whoever has the token."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare

from signaling import process


class MetricsMiddleware:
    """Answers requests with METRICS_TOKEN. All others get the page for 404.

    The address of a request gives no access: a request through a proxy on this machine looks local.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != "/metrics" or not _permitted(request):
            return self._get_response(request)
        return HttpResponse(process.metrics(), content_type=process.METRICS_TYPE, headers={"Cache-Control": "no-store"})


def _permitted(request: HttpRequest) -> bool:
    return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}")
