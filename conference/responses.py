"""Responses of Django as messages of ASGI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http.response import HttpResponseBase


def messages(response: HttpResponseBase) -> Iterator[dict[str, Any]]:
    """The response with its cookies; its body as one."""
    cookies = [("set-cookie", cookie.OutputString()) for cookie in response.cookies.values()]
    headers = [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in (*response.items(), *cookies)]
    yield {"type": "http.response.start", "status": response.status_code, "headers": headers}
    yield {"type": "http.response.body", "body": b"".join(response)}
