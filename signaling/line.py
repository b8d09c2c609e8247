"""What the server below a socket does for it besides ASGI. It is in the scope as ``line``; other servers have none."""

from __future__ import annotations

from typing import Any, Protocol

from signaling.outbox import Outbox


class Line(Protocol):
    """One connection."""

    def carry(self, outbox: Outbox) -> None:
        """Hold the outbox while the other side does not read."""

    def welcome(self) -> None:
        """Whoever is at the other side has joined: it may say as much as a participant needs."""


class _Plain:
    def carry(self, outbox: Outbox) -> None:
        pass

    def welcome(self) -> None:
        pass


def line_of(scope: dict[str, Any]) -> Line:
    line: Line = scope.get("line") or _Plain()
    return line
