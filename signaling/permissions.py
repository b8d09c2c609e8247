"""Who may do what in a room: one table, for pages and sockets.

Pure. It is in the lowest app because sockets refuse by it, and because a browser is sent its rights
(``docs/decisions/permissions.md``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, get_args

from django.core.exceptions import PermissionDenied

from signaling.protocol.values import Right, Role

#: ``staff`` acts in Django's admin, where Django's permissions are asked first.
Standing = Role | Literal["staff"]
#: Who it is done to: their role in the room, or ``oneself``, whatever the role.
Target = Role | Literal["oneself"]
Page = Literal[
    "view", "edit", "history", "audit", "delete", "unban", "invite", "withdraw", "schedule", "add", "set_role", "drop", "vouch"
]
Action = Right | Page

_ROOM: Final[frozenset[Target]] = frozenset()
_EVERYBODY: Final[frozenset[Target]] = frozenset({"oneself", "owner", "host", "member", "guest"})
_OTHERS: Final[frozenset[Target]] = frozenset({"host", "member", "guest"})
_BELOW_HOST: Final[frozenset[Target]] = frozenset({"member", "guest"})

#: By action: who may do it, and to whom. Actions on the room, or on somebody who waits, have no target.
_TABLE: Final[dict[Action, dict[Standing, frozenset[Target]]]] = {
    # In a meeting
    "admit": {"owner": _ROOM, "host": _ROOM, "staff": _ROOM},
    "deny": {"owner": _ROOM, "host": _ROOM, "staff": _ROOM},
    "remove": {"owner": _OTHERS | {"oneself"}, "host": _BELOW_HOST | {"oneself"}, "staff": _EVERYBODY},
    "ban": {"owner": _OTHERS, "host": _BELOW_HOST, "staff": _OTHERS},
    "lock": {"owner": _ROOM, "host": _ROOM, "staff": _ROOM},
    "spotlight": {"owner": _ROOM, "host": _ROOM},
    "lower": {"owner": _ROOM, "host": _ROOM, "staff": _ROOM},
    "restrict": {"owner": _OTHERS, "host": _BELOW_HOST, "staff": _OTHERS},
    "ask": {"owner": _OTHERS, "host": _BELOW_HOST, "staff": _OTHERS},
    # The target is the role that somebody has before; a host who steps down does it to themself.
    "promote": {"owner": _BELOW_HOST, "host": _BELOW_HOST},
    "demote": {"owner": frozenset({"host"}), "host": frozenset({"oneself"})},
    "end": {"owner": _ROOM, "host": _ROOM, "staff": _ROOM},
    "divide": {"owner": _ROOM, "host": _ROOM},
    # On the pages of a room
    "view": {"owner": _ROOM, "host": _ROOM, "member": _ROOM, "staff": _ROOM},
    "edit": {"owner": _ROOM, "host": _ROOM, "staff": _ROOM},
    "history": {"owner": _ROOM, "host": _ROOM, "staff": _ROOM},
    "audit": {"owner": _ROOM, "host": _ROOM, "staff": _ROOM},
    "delete": {"owner": _ROOM, "staff": _ROOM},
    "unban": {"owner": _ROOM, "host": _ROOM, "staff": _ROOM},
    "invite": {"owner": _ROOM, "host": _ROOM, "staff": _ROOM},
    "withdraw": {"owner": _ROOM, "host": _ROOM, "staff": _ROOM},
    # Join links: the target is the role that the link gives for one stay
    "vouch": {"owner": _OTHERS, "host": _BELOW_HOST, "staff": _OTHERS},
    # Scheduled meetings: to make, change and cancel them
    "schedule": {"owner": _ROOM, "host": _ROOM, "staff": _ROOM},
    # Memberships: the target is the role that is given or taken
    "add": {"staff": frozenset({"owner", "host", "member"})},
    "set_role": {"owner": frozenset({"host", "member"}), "staff": frozenset({"owner", "host", "member"})},
    "drop": {
        "owner": frozenset({"host", "member"}),
        "host": frozenset({"oneself", "member"}),
        "member": frozenset({"oneself"}),
        "staff": _EVERYBODY,
    },
}

_ROLES: Final[tuple[Role, ...]] = get_args(Role)
_RIGHTS: Final[tuple[Right, ...]] = get_args(Right)


def can(actor: Standing, action: Action, target: Target | None = None) -> bool:
    """Whether ``actor`` may do this to ``target``; without a target, whether to the room or to anybody at all."""
    targets = _TABLE[action].get(actor)
    return targets is not None and (target is None or target in targets)


@dataclass(frozen=True)
class Actor:
    """Who gives a command: in which ``standing``, with which ``identity`` (``user:<pk>`` or ``guest:<id>``), and called what."""

    standing: Standing
    identity: str
    name: str

    def must(self, action: Action, target: Target | None = None) -> None:
        """Raise Django's PermissionDenied unless :func:`can`. Pages answer it with 403, sockets with ``forbidden``."""
        if not can(self.standing, action, target):
            raise PermissionDenied

    def target(self, identity: str, role: Role) -> Target:
        """The target that somebody of this identity and role is for this actor."""
        return "oneself" if identity == self.identity else role


@cache
def actions(actor: Standing) -> frozenset[Action]:
    """What ``actor`` may do, to the room or to somebody."""
    return frozenset(action for action in _TABLE if can(actor, action))


def holders(action: Action) -> list[Role]:
    """The roles that may do this."""
    return [role for role in _ROLES if can(role, action)]


@cache
def rights(role: Role) -> dict[Right, list[Role]]:
    """What a participant of this role may do in a meeting, and to which roles; empty lists where it is done to nobody."""
    return {right: [target for target in _ROLES if can(role, right, target)] for right in _RIGHTS if can(role, right)}
