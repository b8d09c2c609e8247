"""What the server below a socket can do for its consumer. It is in the scope as ``connection``; other servers have none."""

from __future__ import annotations

from typing import Any, Protocol

from signaling.send_queue import SendQueue


class Connection(Protocol):
    """The connection below one socket."""

    def carry(self, send_queue: SendQueue) -> None:
        """Hold this send queue while the client does not read."""

    def welcome(self) -> None:
        """The client has joined. From now on the limits of a participant apply."""


class _Plain:
    def carry(self, send_queue: SendQueue) -> None:
        pass

    def welcome(self) -> None:
        pass


def connection_of(scope: dict[str, Any]) -> Connection:
    connection: Connection = scope.get("connection") or _Plain()
    return connection
