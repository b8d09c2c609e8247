"""Secrets and signatures of Standard Webhooks 1.0 (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Final

PREFIX: Final = "whsec_"
BYTES: Final = 32


def new_secret(random: Callable[[int], bytes]) -> str:
    return PREFIX + base64.b64encode(random(BYTES)).decode()


def headers(secret: str, id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers by which a receiver verifies who sent ``body``, and when."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signature = hmac.new(key, b"%s.%d.%s" % (id.encode(), timestamp, body), hashlib.sha256).digest()
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }
