"""The answer of pages while a store is away or full: 503, so that browsers and proxies ask again."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from redis import RedisError

from api import problems
from api.problems import Kind, Problem
from conference import branding
from signaling.live import Unreachable

logger = logging.getLogger(__name__)

RETRY_SECONDS: Final = 5
AWAY = (InterfaceError, OperationalError, RedisError, Unreachable)


class UnavailableMiddleware:
    """Answers for views whose store is away. It logs one line instead of a traceback for each page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, AWAY):
            return None
        logger.error("A page could not be made: %s", type(error).__name__)
        return answer(request.path_info)


def handler500(request: HttpRequest) -> HttpResponseBase:
    """The same for an exception outside a view, for example while a session is saved."""
    if isinstance(sys.exc_info()[1], AWAY):
        return answer(request.path_info)
    if request.path_info.startswith(problems.API):
        return problems.answer(Problem(Kind.FAULT))
    return HttpResponseServerError(_page("500.html"))


def _page(template: str) -> str:
    return render_to_string(template, {"name": branding.known.last.name})


def answer(path: str) -> HttpResponse:
    """503 with ``Retry-After`` for a request of this path. Made without the stores, also in the event loop."""
    headers = {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
    if path.startswith(problems.API):
        return problems.answer(Problem(Kind.UNAVAILABLE, headers=headers))
    return HttpResponse(_page("503.html"), status=503, headers=headers)
