"""What of a room's settings counts in a meeting. The database owns them; rosters and workers follow it."""

from __future__ import annotations

import msgspec

from signaling.protocol import Policy, Writers


class RoomSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a room as they were at ``version``, which rises in the transaction of each change.

    An older version never replaces a newer one. Equal versions can differ while workers of a release run that does not count
    them: then the one that was read last holds.
    """

    version: int
    capacity: int
    locked: bool
    policy: Policy
    #: People without an account wait. Workers of the release before do not know this.
    guests_wait: bool = False
    #: Who may write in the chat. Workers of the release before do not know this either.
    chat: Writers = "everyone"
    #: The uses that only owners and hosts have, separated by spaces: stores compare settings, and lists in Lua are equal by
    #: identity.
    hosts_only: str = ""

    def holds_back(self, identity: str) -> bool:
        """Whether somebody of this identity who is not exempt must wait."""
        return self.locked or (self.guests_wait and identity.startswith("guest:"))

    def replaces(self, known: RoomSettings) -> bool:
        """Whether these settings replace ``known``."""
        return self.version >= known.version

    def differs(self, known: RoomSettings) -> bool:
        """Whether anything but the version differs."""
        return msgspec.structs.replace(self, version=known.version) != known


#: Older than any settings.
UNKNOWN = RoomSettings(version=-1, capacity=0, locked=False, policy="all")
