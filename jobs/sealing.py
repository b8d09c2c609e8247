"""Arguments of jobs as they are in the database: encrypted with a key made from ``SECRET_KEY``, because they may hold secrets.

A copy of the database does not reveal a link that resets a password. Whoever has ``SECRET_KEY`` can make such links anyway.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac

from jobs.kinds import Hopeless


def seal(arguments: dict[str, Any]) -> str:
    """Raises TypeError where the arguments are not JSON. No arguments are sealed as "", which is the same with any key."""
    return "" if not arguments else _cipher().encrypt(json.dumps(arguments).encode()).decode()


def unseal(sealed: str) -> dict[str, Any]:
    """Raises Hopeless if they were sealed with another ``SECRET_KEY``."""
    if not sealed:
        return {}
    try:
        arguments: dict[str, Any] = json.loads(_cipher().decrypt(sealed))
    except InvalidToken:
        raise Hopeless("SECRET_KEY has changed since the job was put") from None
    return arguments


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(salted_hmac("jobs.sealing", "", algorithm="sha256").digest()))
