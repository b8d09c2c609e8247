"""Other systems that use the API for the people of the stories."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.test import Client

from accounts.models import User
from api import tokens
from api.scopes import Scope
from tests.cast import person


class System:
    """Another system with a token: of ``user``, or without one of the deployment. Without ``scopes`` it has all."""

    def __init__(self, user: User | None, scopes: Iterable[Scope] = Scope, life: timedelta = timedelta(days=1)) -> None:
        self.token, self.secret = tokens.issue("Timetable", scopes, life, user=user, created_by=user or person("Sam"))
        self._client = Client(headers={"Authorization": f"Bearer {self.secret}"})

    def get(self, path: str, **headers: str) -> Any:
        return self._client.get(f"/api/v1/{path}", headers=_named(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._client.post(f"/api/v1/{path}", body or {}, content_type="application/json", headers=_named(headers))

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self._client.patch(f"/api/v1/{path}", body, content_type="application/json", headers=_named(headers))

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self._client.put(f"/api/v1/{path}", body, content_type="application/json", headers=_named(headers))

    def delete(self, path: str, **headers: str) -> Any:
        return self._client.delete(f"/api/v1/{path}", headers=_named(headers))


def _named(headers: dict[str, str]) -> dict[str, str]:
    """``if_match`` is the header ``If-Match``."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def problem(response: Any) -> str:
    """The end of the type of a problem, whose other members are as they must be."""
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code and body["title"]
    prefix, _, code = body["type"].partition("#problem-")
    assert prefix == "/api/v1/reference"
    return str(code)
