"""How many requests a token may send."""

from __future__ import annotations

from typing import NamedTuple

from accounts import throttle
from accounts.throttle import Limit, Throttled
from api.models import Token
from api.problems import Kind, Problem

LIMIT = Limit("api", 600, 60)


class Rate(NamedTuple):
    """``left`` requests within the next ``seconds``."""

    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """``RateLimit-Policy`` and ``RateLimit`` (draft-ietf-httpapi-ratelimit-headers)."""
        policy = f'"token";q={LIMIT.count};w={LIMIT.seconds}'
        return {"RateLimit-Policy": policy, "RateLimit": f'"token";r={self.left};t={self.seconds}'}


def take(token: Token, now: float) -> Rate:
    """Count a request at ``now`` (seconds). Windows begin with each minute. Raises a problem if none was left."""
    window, gone = divmod(int(now), LIMIT.seconds)
    seconds = LIMIT.seconds - gone
    try:
        return Rate(throttle.take(LIMIT, f"{token.pk}:{window}"), seconds)
    except Throttled:
        raise Problem(Kind.TOO_MANY, headers={"Retry-After": str(seconds), **Rate(0, seconds).headers}) from None
