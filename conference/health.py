"""The two health checks for supervisors, answered before hosts, redirects and sessions are handled."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from conference import stores
from signaling import process


class HealthMiddleware:
    """``/health/live``: this process answers. ``/health/ready``: it takes newcomers, and its stores take data; else 503."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        match request.path_info:
            case "/health/live":
                return _uncached(JsonResponse({}))
            case "/health/ready":
                return _uncached(_readiness())
            case _:
                return self._get_response(request)


def _readiness() -> JsonResponse:
    answers = {"database": stores.database_writes(), "cache": stores.cache_writes(), "worker": process.accepting()}
    return JsonResponse(answers, status=200 if all(answers.values()) else 503)


def _uncached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
