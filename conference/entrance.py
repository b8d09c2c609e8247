"""What ``manage.py doctor`` finds at the public addresses. It makes requests to each of them, as a browser does."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import datetime
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from conference import arrival, visitor
from conference.findings import Finding
from conference.visitor import Unreached

PATIENCE_SECONDS: Final = 3.0
OVERDUE: Final = 1 / 6
"""ACME clients renew when a third of the lifetime is left, be it 90 days, 6 days or 12 hours."""
#: An address reserved for documentation (RFC 5737), which no visitor has.
NOBODY: Final = "192.0.2.1"
LOG_IN: Final = "/accounts/login/"
NO_ROOM: Final = "aaa-aaaa-aaa"


def examine() -> Iterator[Finding]:
    for origin in settings.ORIGINS:
        yield from _origin(origin)


def _origin(origin: str) -> Iterator[Finding]:
    parts = urlsplit(origin)
    if parts.scheme == "https":
        yield _certificate(origin, parts.hostname or "", parts.port or 443)
    page = list(_page(origin))
    yield from page
    if page[0].advice:  # what else fails would only be the same again
        return
    if not settings.CLIENT_IP_HEADER or not page[-1].advice:  # nobody may log in without the address it promises
        yield _log_in(origin)
    yield _socket(origin)


def _certificate(origin: str, host: str, port: int) -> Finding:
    part = f"certificate of {origin}"
    advice = "The proxy in front must have a certificate for this name; see deploy/Caddyfile."
    try:
        with (
            socket.create_connection((host, port), PATIENCE_SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            known = secure.getpeercert() or {}
    except ssl.SSLError as error:
        return Finding(part, error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else str(error), advice)
    except OSError as error:
        return Finding(part, error.strerror or "it does not answer", advice)
    since, until = (ssl.cert_time_to_seconds(str(known[end])) for end in ("notBefore", "notAfter"))
    found = f"good until {datetime.fromtimestamp(until):%Y-%m-%d %H:%M}"
    return Finding(part, found, "It should have been renewed by now." if overdue(since, until, time.time()) else "")


def overdue(since: float, until: float, now: float) -> bool:
    """Whether a certificate that is valid from ``since`` to ``until`` should have been replaced before ``now``."""
    return until - now < (until - since) * OVERDUE


# A page


def _page(origin: str) -> Iterator[Finding]:
    """Whether a page arrives as it should; then whether the visitor's address does."""
    part = f"page at {origin}"
    headers = {"Authorization": f"Bearer {arrival.token()}", settings.CLIENT_IP_HEADER or "X-Real-IP": NOBODY}
    try:
        page = visitor.get(origin, arrival.PATH, **headers)
        arrived = json.loads(page.text) if page.status == 200 else None
    except Unreached as error:
        yield Finding(part, str(error), "Does the server run, and does this name lead to it, also from this machine?")
        return
    except ValueError:
        arrived = None
    if not isinstance(arrived, dict):
        advice = "Something else answers, or a server with another SECRET_KEY, or the proxy takes away Authorization."
        yield Finding(part, f"it answers {page.status} without what this server would say", advice)
        return
    yield Finding(part, *_way(origin, arrived))
    yield Finding(f"visitors of {origin}", *_visitor(origin, arrived))


def _way(origin: str, arrived: dict[str, Any]) -> tuple[str, str]:
    wanted = urlsplit(origin)
    if arrived["host"] != wanted.netloc:
        advice = "The proxy must pass on the header Host unchanged (nginx: proxy_set_header Host $http_host)."
        return f"Host arrives as {arrived['host']!r}", advice
    if wanted.scheme == "https" and arrived["scheme"] != "https":
        advice = "The proxy must set the header X-Forwarded-Proto (nginx: proxy_set_header X-Forwarded-Proto $scheme)."
        found = f"X-Forwarded-Proto arrives as {arrived['scheme']!r}" if arrived["scheme"] else "X-Forwarded-Proto is missing"
        return found, advice
    return "arrives with its host and scheme", ""


def _visitor(origin: str, arrived: dict[str, Any]) -> tuple[str, str]:
    name, client, peer = settings.CLIENT_IP_HEADER, arrived["client"], arrived["peer"]
    is_behind_proxy = urlsplit(origin).scheme == "https" or bool(set(arrived["forwarded"]) - {"x-real-ip"})
    if not name and is_behind_proxy:
        advice = "Let the proxy set X-Real-IP to the visitor's address, and set CLIENT_IP_HEADER=X-Real-IP."
        return f"all have the address of the proxy ({peer}), and one of them can use up the limits of all", advice
    if name and client == NOBODY:
        advice = f"The proxy must overwrite {name} (nginx: proxy_set_header {name} $remote_addr)."
        return f"whoever sends {name} chooses the address that limits count by", advice
    if name and not (arrived["sent"] and client):
        return f"{name} arrives without one address in it", f"The proxy must set {name} to the visitor's address, and only that."
    return f"this one comes from {client}", ""


# Logging in, and meeting


def _log_in(origin: str) -> Finding:
    """Request the form and post it empty. With its cookie it comes back with errors; without, the answer is 403."""
    part = f"log-in at {origin}"
    try:
        page = visitor.get(origin, LOG_IN)
        cookies = SimpleCookie("; ".join(page.headers.get_all("Set-Cookie", [])))
        kept = cookies.get(settings.CSRF_COOKIE_NAME)
        if page.status != 200 or kept is None:
            return Finding(part, f"answers {page.status}, without its cookie", "The proxy must pass on Set-Cookie unchanged.")
        if settings.HTTPS and (not kept["secure"] or kept["path"] != "/" or kept["domain"]):
            advice = "The proxy must not rewrite cookies: browsers refuse a __Host- cookie without Secure, or with a domain."
            return Finding(part, f"the cookie arrives as {kept.OutputString()!r}", advice)
        form = urlencode({"csrfmiddlewaretoken": kept.value, "login": "", "password": ""})
        answer = visitor.post(origin, LOG_IN, form, Cookie=f"{kept.key}={kept.value}")
    except Unreached as error:
        return Finding(part, str(error), "The proxy must pass on pages of any kind.")
    if answer.status != 200:
        return Finding(
            part, f"the form is answered with {answer.status}", "The proxy must pass on POST, Cookie and Origin unchanged."
        )
    return Finding(part, "form and cookie go there and back")


def _socket(origin: str) -> Finding:
    part = f"socket at {origin}"
    try:
        seconds = visitor.ping(origin, f"/socket/{NO_ROOM}")
    except Unreached as error:
        advice = (
            "The proxy must pass on WebSockets with the headers Upgrade, Connection and Origin (nginx: proxy_http_version 1.1; "
            'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade").'
        )
        return Finding(part, str(error), advice)
    return Finding(part, f"an answer took {seconds * 1000:.1f} ms")
