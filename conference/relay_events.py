"""What coturn publishes of its allocations in Redis (``redis-statsdb``), as its schema.stats.redis describes it.

Pure. What is not about a participant of ours is nothing: other names, tests of the connection, what is not well formed.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

PATTERNS: Final = tuple(f"turn/realm/*/user/*/allocation/*/{kind}" for kind in ("status", "traffic", "total_traffic"))
#: The user name is the one that ``signaling/ice.py`` lends: expiry, room and participant.
_CHANNEL: Final = re.compile(
    r"turn/realm/[^/]*/user/(?P<expiry>[0-9]{1,12}):(?P<room>[0-9]{1,18})\.(?P<participant>[A-Za-z0-9_-]{1,32})"
    r"/allocation/(?P<number>[0-9]{1,20})/(?P<kind>status|traffic|total_traffic)\Z",
    re.ASCII,
)
_TRAFFIC: Final = re.compile(
    r"rcvp=[0-9]{1,18}, rcvb=(?P<received>[0-9]{1,18}), sentp=[0-9]{1,18}, sentb=(?P<sent>[0-9]{1,18})\Z"
)


class Allocation(NamedTuple):
    """``name`` tells the allocations of one participant apart. coturn counts them anew when it starts; expiries differ then."""

    room: int
    participant: str
    name: str


class Event(NamedTuple):
    """Bytes of the participant: those ``received`` by the relay from it, and those ``sent`` to it.

    ``total``: since the allocation was made, at its end; else since the event before.
    """

    allocation: Allocation
    received: int
    sent: int
    total: bool


def parse(channel: str, text: str) -> Event | None:
    found = _CHANNEL.match(channel)
    if found is None:
        return None
    allocation = Allocation(int(found["room"]), found["participant"], f"{found['expiry']}/{found['number']}")
    if found["kind"] == "status":
        return Event(allocation, 0, 0, total=False) if text.startswith("new ") else None
    traffic = _TRAFFIC.match(text)
    if traffic is None:
        return None
    return Event(allocation, int(traffic["received"]), int(traffic["sent"]), total=found["kind"] == "total_traffic")
