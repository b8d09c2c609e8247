"""What every request of the API passes: token, rate, size, query, idempotency, entity tag; and what its errors look like."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Final, cast

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseNotModified
from django.views.decorators.csrf import csrf_exempt

from api import callers, document, etags, once, problems, rates
from api.callers import Request
from api.problems import Kind, Problem

View = Callable[..., HttpResponse]
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
BODY_MAX: Final = 64 * 1024


def guarded(view: View, now: Callable[[], float] = time.time) -> View:
    """This view for those who have a token. It answers problems, and an answer has headers about rates and its entity tag.

    No cookie counts, so no other site can make a browser ask. A store that is away is answered as for pages
    (``conference/unavailable.py``).
    """

    @csrf_exempt
    @wraps(view)
    def answer(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            request.caller = callers.find(request)
            rate = rates.take(request.caller.token, now())
            response = _run(request, partial(view, request, *args, **kwargs))
        except Problem as problem:
            return problems.answer(problem)
        for name, value in rate.headers.items():
            response[name] = value
        return response

    return cast(View, answer)


def unknown(_request: HttpRequest) -> HttpResponse:
    """The answer at addresses below that of the API that nothing is at."""
    return problems.answer(Problem(Kind.NOT_FOUND))


def _run(request: Request, view: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        _check(request)
        response = view() if request.method in _READING else once.once(request, request.caller.token, view)
    except Problem as problem:
        return problems.answer(problem)
    if isinstance(response, HttpResponseNotAllowed):
        return problems.answer(Problem(Kind.METHOD, headers={"Allow": ", ".join(sorted(response["Allow"].split(", ")))}))
    return _tagged(request, response) if response.status_code == 200 and response.content else response


def _check(request: Request) -> None:
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_MAX or len(request.body) > BODY_MAX:
            raise Problem(Kind.TOO_LARGE, f"It has at most {BODY_MAX} bytes.")
    except RequestDataTooBig:
        raise Problem(Kind.TOO_LARGE, f"It has at most {BODY_MAX} bytes.") from None
    if foreign := sorted(set(request.GET) - document.parameters(request)):
        errors = [{"parameter": name[:64], "detail": "This resource does not have this parameter."} for name in foreign[:10]]
        raise Problem(Kind.INVALID, errors=errors)
    # PostgreSQL has no text with it.
    if null := [name for name, values in request.GET.lists() if any("\x00" in value for value in values)]:
        raise Problem(Kind.INVALID, errors=[{"parameter": name, "detail": "Null characters are not allowed."} for name in null])


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    etag = etags.of(response.content)
    if request.method == "GET" and etags.is_known(request, etag):
        response = cast(HttpResponse, HttpResponseNotModified())
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Authorization"
    return response
