"""The ICE servers that a participant is sent, with time-limited TURN credentials.

The credentials are those of coturn's ``use-auth-secret``: the user name carries its own expiry, and the password is an
HMAC over it that the TURN server can compute for itself (draft-uberti-behave-turn-rest-00, section 2.2).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

IceServer = dict[str, list[str] | str]


def servers(
    stun_urls: Sequence[str],
    turn_urls: Sequence[str],
    secret: str,
    participant: str,
    room: str,
    ttl_seconds: float,
    now: float,
) -> list[IceServer]:
    """``RTCIceServer`` dictionaries; credentials are good until ``now + ttl_seconds`` (``now`` is Unix time).

    Without a secret the TURN servers are left out: they would refuse every allocation.
    """
    answer: list[IceServer] = []
    if stun_urls:
        answer.append({"urls": list(stun_urls)})
    if turn_urls and secret:
        username = f"{int(now + ttl_seconds)}:{room}.{participant}"
        answer.append({"urls": list(turn_urls), "username": username, "credential": _password(secret, username)})
    return answer


def _password(secret: str, username: str) -> str:
    # SHA-1 is what the TURN REST scheme and coturn define; HMAC-SHA-1 is not affected by SHA-1's collisions.
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
