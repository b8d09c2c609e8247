"""What the database stores of rooms: members, invitations, bans, meetings, attendance, audit."""

from __future__ import annotations

from rooms.models.audit import AuditEntry
from rooms.models.ban import Ban, NetworkBan
from rooms.models.breakout import BreakoutRoom, BreakoutStay
from rooms.models.invitation import Invitation
from rooms.models.join_link import JoinLink, JoinLinkQuerySet
from rooms.models.limits import CAPACITY_DEFAULT, CAPACITY_MAX, CAPACITY_MIN, NAME_LENGTH
from rooms.models.meeting import Attendance, Dismissal, Meeting
from rooms.models.membership import Membership
from rooms.models.room import Room, RoomQuerySet, lends_relay
from rooms.models.use import Use, in_order

__all__ = [
    "Attendance",
    "AuditEntry",
    "Ban",
    "BreakoutRoom",
    "BreakoutStay",
    "CAPACITY_DEFAULT",
    "CAPACITY_MAX",
    "CAPACITY_MIN",
    "Dismissal",
    "Invitation",
    "JoinLink",
    "JoinLinkQuerySet",
    "Meeting",
    "Membership",
    "NAME_LENGTH",
    "NetworkBan",
    "Room",
    "RoomQuerySet",
    "Use",
    "in_order",
    "lends_relay",
]
