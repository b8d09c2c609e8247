"""Where mail goes, from one URL."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

_PORTS = {"smtp": 587, "smtps": 465}


def settings(url: str) -> dict[str, Any]:
    """Django's e-mail settings for ``smtp://user:password@host:port`` (STARTTLS), ``smtps://…`` (TLS) or "" (the console).

    STARTTLS can be left out for a relay on the same machine: ``smtp://localhost:25?starttls=no``. Raises ValueError.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or parts.query not in {"", "starttls=no"}:
        raise ValueError("not of the form smtp://user:password@host:port or smtps://user:password@host:port")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or _PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and not parts.query,
        "EMAIL_TIMEOUT": 10,
    }
