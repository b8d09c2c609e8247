"""Collected static files, answered on the event loop before Django and its threads are asked."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from whitenoise import WhiteNoise

Scope = dict[str, Any]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Any, Send], Awaitable[None]]

#: By Django, and by esbuild.
_HASHED = re.compile(r"\.[0-9a-f]{12}\.[^/]+$|/bundles/[^/]+-[0-9A-Z]{8}\.[^/]+$")
_ASKED = {
    b"accept-encoding": "HTTP_ACCEPT_ENCODING",
    b"if-modified-since": "HTTP_IF_MODIFIED_SINCE",
    b"if-none-match": "HTTP_IF_NONE_MATCH",
    b"range": "HTTP_RANGE",
}


class CollectedFiles:
    """Answers files below ``root``, which it lists at the start. All other requests go to ``application``."""

    def __init__(self, application: Application, root: Path, prefix: str) -> None:
        self._application = application
        self._files = WhiteNoise(
            None,
            root,
            prefix,
            allow_all_origins=False,
            add_headers_function=_protect,
            immutable_file_test=lambda path, url: bool(_HASHED.search(url)),
        ).files

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in self._files:
            await self._answer(scope, send)
        else:
            await self._application(scope, receive, send)

    async def _answer(self, scope: Scope, send: Send) -> None:
        response = self._files[scope["path"]].get_response(scope["method"], _environ(scope))
        body = b""
        if response.file is not None:
            with response.file as file:
                body = file.read()
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _environ(scope: Scope) -> dict[str, str]:
    return {_ASKED[name]: value.decode("latin-1") for name, value in scope["headers"] if name in _ASKED}


def _protect(headers: Headers, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
