"""Tokens of platforms: signed by a key of theirs, for us, now, in answer to our question (OpenID Connect Core, section 3.1.3.7).

The keys are kept with the platform. They are fetched when a token names another one, at most once a minute.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import jwt
from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from lti.messages import Wrong
from lti.models import Platform
from webhooks import transport
from webhooks.destinations import Refused

logger = logging.getLogger(__name__)

LEEWAY: Final = timedelta(minutes=1)
FETCHED_AFTER: Final = timedelta(minutes=1)
SECONDS: Final = 5.0
KEYS_MAX: Final = 64 * 1024
ALGORITHMS: Final = ("RS256",)

Fetch = Callable[[str], bytes]


def fetch(url: str) -> bytes:
    return transport.get(url, settings.WEBHOOK_NETWORKS, KEYS_MAX, seconds=SECONDS)


def claims(platform: Platform, token: str, nonce: str, fetch: Fetch = fetch) -> dict[str, Any]:
    """What the token says. Raises Wrong."""
    try:
        header = jwt.get_unverified_header(token)
        said: dict[str, Any] = jwt.decode(
            token,
            _key(platform, str(header.get("kid", "")), fetch),
            algorithms=[*ALGORITHMS],
            audience=platform.client,
            issuer=platform.issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "nonce", "sub"]},
        )
    except jwt.PyJWTError as error:
        raise Wrong(f"{type(error).__name__}: {error}") from error
    if said["nonce"] != nonce:
        raise Wrong("it answers another question")
    if said.get("azp", platform.client) != platform.client or (
        isinstance(said["aud"], list) and len(said["aud"]) > 1 and "azp" not in said
    ):
        raise Wrong("it is for another client, too")
    return said


def _key(platform: Platform, name: str, fetch: Fetch) -> jwt.PyJWK:
    found = _named(platform.keys, name)
    if found is None and _may_fetch(platform):
        platform.keys = _fetched(platform, fetch)
        platform.save(update_fields=["keys"])
        found = _named(platform.keys, name)
    if found is None:
        raise Wrong("the platform has no key of this name")
    return found


def _may_fetch(platform: Platform) -> bool:
    """One process asks within a minute."""
    stale = Q(keys_at__isnull=True) | Q(keys_at__lt=Now() - FETCHED_AFTER)
    return bool(Platform.objects.filter(stale, pk=platform.pk).update(keys_at=Now()))


def _fetched(platform: Platform, fetch: Fetch) -> Any:
    try:
        return json.loads(fetch(platform.keys_url))
    except (OSError, Refused, ValueError, RecursionError) as error:
        logger.warning("The keys of the platform %s could not be read: %s", platform.pk, error)
        return platform.keys


def _named(keys: Any, name: str) -> jwt.PyJWK | None:
    known = keys.get("keys") if isinstance(keys, dict) else None
    for key in known if isinstance(known, list) else []:
        if isinstance(key, dict) and key.get("kid") == name:
            try:
                return jwt.PyJWK(key, algorithm=ALGORITHMS[0])
            except (jwt.PyJWTError, ValueError, TypeError):
                return None
    return None
