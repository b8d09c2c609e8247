"""Checks of the configuration for ``manage.py check``; with ``--deploy`` also of what a public server should have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution


@register("conference")
def check_relay(**kwargs: Any) -> list[CheckMessage]:
    return list(_relay())


def _relay() -> Iterator[CheckMessage]:
    for name, schemes in (("STUN_URLS", ("stun:", "stuns:")), ("TURN_URLS", ("turn:", "turns:"))):
        for url in getattr(settings, name):
            if not url.startswith(schemes):
                yield Error(f"{name} has {url!r}, which does not begin with {' or '.join(schemes)}.", id="conference.E001")
    if settings.TURN_URLS and not settings.TURN_SECRET:
        yield Error(
            "TURN_URLS is set and TURN_SECRET is not.",
            hint="It is coturn's static-auth-secret; the credentials that browsers get are made from it.",
            id="conference.E002",
        )
    if settings.ICE_POLICY == "relay" and not settings.TURN_URLS:
        yield Error("ICE_POLICY is relay and TURN_URLS is empty: nobody could connect.", id="conference.E003")


@register("conference")
def check_openid(**kwargs: Any) -> list[CheckMessage]:
    given = {name: bool(getattr(settings, name)) for name in ("OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")}
    missing = [name for name, present in given.items() if not present]
    if missing and any(given.values()):
        return [Error(f"OpenID Connect also needs {' and '.join(missing)}.", id="conference.E004")]
    return []


@register("conference")
def check_origins(**kwargs: Any) -> list[CheckMessage]:
    secure = {origin.startswith("https://") for origin in settings.ORIGINS}
    if len(secure) == 1:
        return []
    return [Caution("ORIGINS mixes http and https, so cookies are not marked secure.", id="conference.W001")]


@register(Tags.security, deploy=True)
def check_public(**kwargs: Any) -> list[CheckMessage]:
    return list(_public())


def _public() -> Iterator[CheckMessage]:
    if not settings.HTTPS:
        yield Caution(
            "ORIGINS is not https.",
            hint="Browsers give camera and microphone only to https pages and to localhost.",
            id="conference.W002",
        )
    if settings.HTTPS and not settings.CLIENT_IP_HEADER:
        yield Caution(
            "CLIENT_IP_HEADER is empty: every visitor has the proxy's address, and one can lock out all.",
            hint="Let the proxy set X-Real-IP and name it here.",
            id="conference.W003",
        )
    if not settings.TURN_URLS:
        yield Caution(
            "TURN_URLS is empty: people behind strict networks will not see each other.",
            hint="deploy/turnserver.conf runs coturn.",
            id="conference.W004",
        )
    if not settings.EMAIL_URL:
        yield Caution("EMAIL_URL is empty: mail is printed and not sent.", id="conference.W005")
    if settings.REDIS_URL and settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        yield Caution("REDIS_URL is set and the database is SQLite, which machines cannot share.", id="conference.W006")
