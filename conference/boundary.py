"""Where requests enter. What a request says about its own address is replaced by what is configured.

Anybody can send any ``Host``, ``X-Forwarded-*``, ``Daphne-Root-Path`` or absolute request target (RFC 9112, section 3.2).
After this module ``Host``, scheme and root path are those of one configured origin. So every absolute link that Django or a
library makes begins with that origin.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse

from api import problems
from api.problems import Kind, Problem
from conference import forwarding, origins, responses

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Supervisors ask a process by any of its addresses. No link is made from these requests.
PROBES: Final = frozenset({"/health/live", "/health/ready", "/health/arrival", "/metrics"})
LOG_SECONDS: Final = 60.0
LOGGED_LENGTH: Final = 100
_NOT_STORED: Final = {"Cache-Control": "no-store"}

UNKNOWN: Final = (
    "This server does not answer to the address of this request.\n"
    "If you run it: the setting ORIGINS lists its addresses, and a proxy in front must pass on the header Host unchanged.\n"
)
NO_SCHEME: Final = (
    "The proxy in front of this server does not tell it whether the page was opened with https.\n"
    "If you run it: let the proxy set the header X-Forwarded-Proto.\n"
)
ONE_FOR_ALL: Final = (
    "Requests come through a proxy and CLIENT_IP_HEADER is empty: all visitors have the address of the proxy, and one of them "
    "can use up the limits of all. Let the proxy set X-Real-IP, and set CLIENT_IP_HEADER=X-Real-IP."
)


class Boundary:
    """Passes on requests to a configured origin, and answers the others itself: 400, or a redirect from http to https.

    The server speaks no TLS, so an https origin means that a proxy is in front. Only for the host of such an origin
    ``X-Forwarded-Proto`` is read.
    """

    def __init__(self, application: Application, configured: Iterable[str], now: Callable[[], float] = time.monotonic) -> None:
        self._application = application
        self._origins = origins.by_authority(configured)
        self._now = now
        self._quiet_until = 0.0
        self._has_warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
        elif scope["type"] == "websocket" or scope["path"] in PROBES:
            await self._application({**scope, "root_path": ""}, receive, send)
        else:
            await self._enter(scope, receive, send)

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        host, scheme = _header(scope, b"host").lower(), _scheme(scope)
        schemes = self._origins.get(host, {}) if scope["path"].startswith("/") else {}
        origin = schemes.get(scheme) or schemes.get("http")
        if origin:
            self._notice_proxy(origin, scope)
            await self._application(_at(origin, scope), receive, send)
        elif not schemes:
            self._log(host)
            await _answer(send, _refusal(scope, UNKNOWN))
        elif not scheme:
            await _answer(send, _refusal(scope, NO_SCHEME))
        else:
            await _answer(send, _text(301, "", location=schemes["https"] + _target(scope)))

    def _notice_proxy(self, origin: str, scope: Scope) -> None:
        """Log once that a proxy is in front whose visitors all share one address for limits."""
        if self._has_warned or settings.CLIENT_IP_HEADER:
            return
        if origin.startswith("https:") or forwarding.seen({name.decode("latin-1") for name, _ in scope["headers"]}):
            self._has_warned = True
            logger.warning(ONE_FOR_ALL)

    def _log(self, host: str) -> None:
        if self._now() >= self._quiet_until:
            self._quiet_until = self._now() + LOG_SECONDS
            logger.warning("A request was refused: its host %r is not in ORIGINS", host[:LOGGED_LENGTH])


def _header(scope: Scope, name: bytes) -> str:
    """The value of a header that was sent once, else an empty string."""
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin-1").strip() if len(values) == 1 else ""


def _scheme(scope: Scope) -> str:
    """The visitor's scheme, from the proxy or a server with TLS: the first of several values. "" if unknown."""
    scheme = _header(scope, b"x-forwarded-proto").partition(",")[0].strip().lower()
    return scheme or ("https" if scope["scheme"] == "https" else "")


def _at(origin: str, scope: Scope) -> Scope:
    """The scope of the same request, at this origin."""
    parts = urlsplit(origin)
    headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
    return {**scope, "root_path": "", "scheme": parts.scheme, "headers": [(b"host", parts.netloc.encode()), *headers]}


def _target(scope: Scope) -> str:
    query: bytes = scope["query_string"]
    return (bytes(scope["raw_path"]) + (b"?" + query if query else b"")).decode("latin-1")


def _refusal(scope: Scope, text: str) -> HttpResponse:
    if scope["path"].startswith(problems.API):
        return problems.answer(Problem(Kind.MALFORMED, text, headers=_NOT_STORED))
    return _text(400, text)


def _text(status: int, text: str, **headers: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers={**_NOT_STORED, **headers})


async def _answer(send: Send, response: HttpResponse) -> None:
    for message in responses.messages(response):
        await send(message)
