"""Why something is refused, and how a socket is closed (``docs/protocol.md``, section 5)."""

from __future__ import annotations

import enum
from typing import Final, Literal

Code = Literal[
    "malformed",
    "oversize",
    "invalid",
    "unexpected",
    "forbidden",
    "stranger",
    "flood",
    "full",
    "crowded",
    "devices",
    "wait",
    "banned",
    "closed",
    "expired",
    "busy",
]


class Close(enum.IntEnum):
    """WebSocket close codes of ``docs/protocol.md`` section 5."""

    LEFT = 1000
    REPLACED = 4001
    REMOVED = 4003
    UNKNOWN = 4010
    MOVING = 4012
    PROTOCOL = 4400
    LOGIN = 4401
    REFUSED = 4403
    LATE = 4408
    FLOOD = 4429
    INTERNAL = 4500
    BUSY = 4503


STRIKING: Final[frozenset[Code]] = frozenset({"malformed", "oversize", "invalid", "unexpected", "flood"})
# The close that follows a refusal of `join`.
CLOSES: Final[dict[Code, Close]] = {
    "full": Close.REFUSED,
    "crowded": Close.REFUSED,
    "devices": Close.REFUSED,
    "wait": Close.REFUSED,
    "banned": Close.REFUSED,
    "closed": Close.REFUSED,
    "expired": Close.UNKNOWN,
    "busy": Close.BUSY,
    "flood": Close.FLOOD,
}
