"""The answer to requests that cannot be read, for example one with too many parameters."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views import defaults

from api import problems
from api.problems import Kind, Problem


def handler400(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Programs are answered with problem details, also when it is a middleware that cannot read the request."""
    if request.path_info.startswith(problems.API):
        return problems.answer(Problem(Kind.MALFORMED))
    return defaults.bad_request(request, exception)
