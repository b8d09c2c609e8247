"""What of a room's settings counts in a meeting. The database owns them; rosters and workers follow it."""

from __future__ import annotations

import msgspec

from signaling.protocol import Policy


class RoomSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a room as they were at ``version``, which rises in the transaction of each change.

    An older version never replaces a newer one. Equal versions can differ while workers of a release run that does not count
    them: then the one that was read last holds.
    """

    version: int
    capacity: int
    locked: bool
    policy: Policy
    #: Who has no account knocks. Workers of the release before do not know it.
    guests_wait: bool = False

    def holds_back(self, identity: str) -> bool:
        """Whether who is not exempt knocks."""
        return self.locked or (self.guests_wait and identity.startswith("guest:"))

    def replaces(self, known: RoomSettings) -> bool:
        """Whether somebody who knows ``known`` follows these from now on."""
        return self.version >= known.version

    def differs(self, known: RoomSettings) -> bool:
        """Whether anything but the version is another."""
        return msgspec.structs.replace(self, version=known.version) != known


#: Known to nobody yet.
UNKNOWN = RoomSettings(version=-1, capacity=0, locked=False, policy="all")
