"""What rooms keep of a person with an account: to show it, and to delete what is not in use.

Attendance of meetings that are over is deleted. In the audit, what happened stays, without the name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Q, QuerySet
from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts import addresses
from accounts.models import User
from accounts.names import shown_name
from accounts.personal import Part
from accounts.signals import forgotten, recalled
from rooms import audit
from rooms.actors import actor
from rooms.models import Attendance, AuditEntry, Ban, BreakoutStay, Invitation, JoinLink, Membership, NetworkBan, Room


@receiver(recalled)
def parts(user: User, **_signal: object) -> Iterable[Part]:
    room = {"room_name": F("room__name")}
    stays = _("This stays as long as the room needs it.")
    sent = Invitation.objects.filter(by=user)
    received = Invitation.objects.filter(email__in=addresses.identifying(user))
    return [
        Part("rooms", _("Memberships of rooms"), _("A membership ends when the person leaves the room."), [*_memberships(user)]),
        Part("attendance", _("Attendance in meetings"), _("This is deleted, except of a meeting that goes on."), [*_stays(user)]),
        Part("breakouts", _("Attendance in breakout rooms"), _("This is deleted with the attendance."), [*_breakouts(user)]),
        Part("activity", _("Actions in rooms"), _("This stays without the name."), [*_done(user)]),
        Part("bans", _("Bans of this person"), stays, [*Ban.objects.filter(user=user).values("created_at", "reason", **room)]),
        Part("bans_by_you", _("Bans of others"), stays, [*_bans(user)]),
        Part("invitations_by_you", _("Invitations of others to rooms"), stays, [*sent.values("email", "created_at", **room)]),
        Part(
            "join_links",
            _("Join links"),
            _("A link is deleted a day after it, or the role that it gave, has expired."),
            [*_links(user)],
        ),
        Part("invitations", _("Invitations to rooms"), stays, [*received.values("created_at", **room)]),
    ]


def _memberships(user: User) -> Iterable[Mapping[str, Any]]:
    return Membership.objects.filter(user=user).order_by("pk").values("role", name=F("room__name"), code=F("room__slug"))


def _stays(user: User) -> Iterable[Mapping[str, Any]]:
    stays = Attendance.objects.filter(user=user).order_by("joined_at", "pk")
    return stays.values("name", "role", "joined_at", "left_at", "reason", room_name=F("meeting__room__name"))


def _breakouts(user: User) -> Iterable[Mapping[str, Any]]:
    stays = BreakoutStay.objects.filter(attendance__user=user).order_by("entered_at", "pk")
    return stays.values("entered_at", "left_at", name=F("room__name"), room_name=F("room__meeting__room__name"))


def _done(user: User) -> Iterable[Mapping[str, Any]]:
    return AuditEntry.objects.filter(actor=user).order_by("pk").values("at", "action", "target", "use", "room_name")


def _bans(user: User) -> Iterable[Mapping[str, Any]]:
    bans = Ban.objects.filter(by=user).values("name", "created_at", room_name=F("room__name"))
    networks = NetworkBan.objects.filter(by=user).values("name", "created_at", room_name=F("room__name"))
    return [*bans, *networks]


def _links(user: User) -> Iterable[Mapping[str, Any]]:
    links = JoinLink.objects.filter(Q(by=user) | Q(user=user)).order_by("pk")
    return links.values("name", "role", "expires_at", room_name=F("room__name"))


@receiver(forgotten)
def forget(user: User, by: User, **_signal: object) -> None:
    """Stays of an open meeting remain: they say who is there, and who was removed from it."""
    for room in _rooms(user):
        _unname(room, user, by)
    AuditEntry.objects.filter(actor=user).unname_actor()
    Attendance.objects.filter(user=user, meeting__ended_at__isnull=False).delete()


def _rooms(user: User) -> QuerySet[Room]:
    """Where the audit may have their name."""
    there = Q(memberships__user=user) | Q(meetings__attendances__user=user) | Q(audit_entries__actor=user)
    return Room.objects.filter(pk__in=Room.objects.filter(there).values("pk"))


def _unname(room: Room, user: User, by: User) -> None:
    """Take the name out of the audit of a room. That this was done is an entry, too."""
    done = room.audit_entries.filter(actor=user)
    suffered = room.audit_entries.filter(_about(_names(room, user)))
    if done.exists() or suffered.exists():
        done.unname_actor()
        suffered.unname_target()
        audit.record(room, actor(by, "staff") if by != user else None, AuditEntry.Action.FORGOT)


def _about(names: Iterable[str]) -> Q:
    """Entries about somebody with one of these names, also those that have a role behind it."""
    found = Q(pk__in=[])
    for name in names:
        found |= Q(target=name) | Q(target__startswith=f"{name}: ")
    return found


def _names(room: Room, user: User) -> set[str]:
    """The names of a person in the audit of a room that nobody else has had there: theirs only can be taken out."""
    stays = Attendance.objects.filter(meeting__room=room)
    names = {str(user), *stays.filter(user=user).values_list("name", flat=True)}
    others = {*stays.filter(name__in=names).exclude(user=user).values_list("name", flat=True)}
    others |= {
        *room.memberships.filter(user__display_name__in=names).exclude(user=user).values_list("user__display_name", flat=True)
    }
    own = names - others
    return own | {shown_name(name, "guest") for name in own} | {*addresses.identifying(user)}
