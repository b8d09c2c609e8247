"""The type of the requests that our views get, and a response that pages and the admin share."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, JsonResponse

from accounts import personal
from accounts.models import User


class Request(HttpRequest):
    user: User | AnonymousUser


class AuthenticatedRequest(HttpRequest):
    user: User


def personal_file(user: User) -> JsonResponse:
    """What is kept of a person, as a file to download."""
    parts = {part.name: part.rows for part in personal.recall(user)}
    response = JsonResponse(parts, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="personal-data.json"'
    return response
