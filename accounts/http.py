"""The request as our views get it, for the type checker."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from accounts.models import User


class Request(HttpRequest):
    user: User | AnonymousUser


class AuthenticatedRequest(HttpRequest):
    user: User
