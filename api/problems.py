"""Errors of the API, as RFC 9457 has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from django.http import HttpResponse

CONTENT_TYPE: Final = "application/problem+json"
#: What is below is for programs: a refusal there is a problem, also one by a middleware, or by the server if it knows the path.
API: Final = "/api/"


class Kind(Enum):
    """What can go wrong: the end of ``type``, the status, and the title."""

    MALFORMED = ("malformed", 400, "The request cannot be read.")
    UNAUTHENTICATED = ("unauthenticated", 401, "A valid token is needed.")
    INSUFFICIENT_SCOPE = ("insufficient-scope", 403, "The token does not have the scope for this.")
    FORBIDDEN = ("forbidden", 403, "The person of the token may not do this.")
    NOT_FOUND = ("not-found", 404, "There is no such resource, or the token may not see it.")
    METHOD = ("method-not-allowed", 405, "This resource does not have this method.")
    CONFLICT = ("conflict", 409, "The resource is in another state than this needs.")
    CHANGED = ("changed", 412, "The resource has changed since it was read.")
    TOO_LARGE = ("too-large", 413, "The body of the request is too large.")
    INVALID = ("invalid", 422, "Some values are not valid.")
    KEY_USED = ("key-used", 422, "This idempotency key was used with another request.")
    TOO_MANY = ("too-many-requests", 429, "There were too many requests.")
    FAULT = ("fault", 500, "A fault of this server. Its log has the reason.")
    UNAVAILABLE = ("unavailable", 503, "A part of this server cannot be reached. Ask again.")

    def __init__(self, code: str, status: int, title: str) -> None:
        self.code = code
        self.status = status
        self.title = title


class Problem(Exception):
    """Ends a request. ``members`` are further members of the answer, for example ``scope``."""

    def __init__(self, kind: Kind, detail: str = "", *, headers: Mapping[str, str] | None = None, **members: Any) -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail
        self.headers = headers or {}
        self.members = members


def answer(problem: Problem) -> HttpResponse:
    kind = problem.kind
    # A reference to the page on which it is explained (RFC 9457, section 3.1.1), so that it is the same at every origin.
    body = {"type": f"/api/v1/reference#problem-{kind.code}", "title": kind.title, "status": kind.status}
    if problem.detail:
        body["detail"] = problem.detail
    content = json.dumps({**body, **problem.members})
    return HttpResponse(content, status=kind.status, content_type=CONTENT_TYPE, headers=dict(problem.headers))
