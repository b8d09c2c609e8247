"""What an operation needs: a scope."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from api.callers import Caller, Request
from api.scopes import Scope


class Bearer(HttpBearer):
    """The caller was found before (``api.guard``). This says which scope they need, to them and in the document."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        caller = cast(Request, request).caller
        caller.needs(self.scope)
        return caller


def needs(scope: Scope) -> Any:
    """The ``auth`` of an operation that needs this scope."""
    return Bearer(scope)
