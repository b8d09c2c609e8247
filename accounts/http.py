"""The type of the requests that our views get."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from accounts.models import User


class Request(HttpRequest):
    user: User | AnonymousUser


class AuthenticatedRequest(HttpRequest):
    user: User
