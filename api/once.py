"""Requests that change something. With an ``Idempotency-Key``, the second one with the same key gets the answer of the first, and
nothing is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.clock import Moment
from api.models import KeptAnswer, Token
from api.problems import Kind, Problem

KEPT: Final = timedelta(days=1)
KEY_LENGTH: Final = 128
#: Headers that belong to a kept answer.
_HEADERS: Final = ("Content-Type", "Location")


def once(request: HttpRequest, token: Token, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Run a request that may change something: in one transaction, and only if none with its key was answered within a day.

    The answer is kept in the transaction of the change. A second request waits meanwhile. An error undoes everything, and is not
    kept. Raises a problem for a key of another request.
    """
    key = request.headers.get("Idempotency-Key", "") if request.method == "POST" else ""
    if len(key) > KEY_LENGTH or not (key.isascii() and key.isprintable()):
        raise Problem(Kind.MALFORMED, f"Idempotency-Key has at most {KEY_LENGTH} printable ASCII characters.")
    with transaction.atomic():
        response = _keyed(request, token, key, run) if key else run()
        if response.status_code >= 400:
            transaction.set_rollback(True)
        return response


def outdated(now: Moment) -> QuerySet[KeptAnswer]:
    return KeptAnswer.objects.filter(created_at__lt=now - KEPT)


def _keyed(request: HttpRequest, token: Token, key: str, run: Callable[[], HttpResponse]) -> HttpResponse:
    same = _digest(request)
    answer, is_new = KeptAnswer.objects.get_or_create(token=token, key=key, defaults={"request": same})
    if not is_new:
        return _again(answer, same)
    response = run()
    if response.status_code < 400:
        headers = {name: response[name] for name in _HEADERS if response.has_header(name)}
        answer.keep(response.status_code, response.content.decode(), headers)
    return response


def _again(answer: KeptAnswer, same: str) -> HttpResponse:
    if answer.request != same:
        raise Problem(Kind.KEY_USED)
    kept = answer.content
    return HttpResponse(kept["body"], status=answer.status, headers={**kept["headers"], "Idempotency-Replayed": "true"})


def _digest(request: HttpRequest) -> str:
    head = f"{request.method} {request.get_full_path()}\n"
    return hashlib.sha256(head.encode() + request.body).hexdigest()
