"""What of a room's settings counts in a meeting. The database owns them; rosters and workers follow it."""

from __future__ import annotations

from typing import Final

import msgspec

from signaling.protocol.values import Opening, Policy, Role, Waits, Writers

HOSTS: Final[frozenset[Role]] = frozenset({"owner", "host"})


def lobby_holds(waits: Waits, role: Role, *, signed_in: bool) -> bool:
    """Whether a lobby for those who ``waits`` names is for somebody of this role, while it is not open."""
    match waits:
        case "nobody":
            return False
        case "guests":
            return role == "guest" and not signed_in
        case "nonmembers":
            return role == "guest"
        case "nonhosts":
            return role not in HOSTS


class RoomSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a room as they were at ``version``, which rises in the transaction of each change.

    An older version never replaces a newer one. Equal versions can differ while workers of a release run that does not count
    them: then the one that was read last holds.
    """

    version: int
    capacity: int
    locked: bool
    policy: Policy
    #: Who may write in the chat. Workers of the release before do not know this.
    chat: Writers = "everyone"
    #: The uses that only owners and hosts have, separated by spaces: stores compare settings, and lists in Lua are equal by
    #: identity.
    hosts_only: str = ""
    #: Who waits in the lobby, and when it opens by itself. Workers of the release before do not know these three.
    waits: Waits = "nobody"
    opens: Opening = "never"
    #: Unix time; counts if the lobby opens at a time.
    opens_at: int = 0

    def holds(self, identity: str, role: Role) -> bool:
        """Whether the lobby, while it is not open, is for somebody of this identity and role."""
        return lobby_holds(self.waits, role, signed_in=not identity.startswith("guest:"))

    def replaces(self, known: RoomSettings) -> bool:
        """Whether these settings replace ``known``."""
        return self.version >= known.version

    def differs(self, known: RoomSettings) -> bool:
        """Whether anything but the version differs."""
        return msgspec.structs.replace(self, version=known.version) != known


#: Older than any settings.
UNKNOWN = RoomSettings(version=-1, capacity=0, locked=False, policy="all")
