"""What members are told of their room: facts of a change, and facts of what is so now."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec
from msgspec import UNSET

from signaling.permissions import rights
from signaling.protocol.facts import (
    BreakoutsFact,
    Chat,
    Countdown,
    Denied,
    Fact,
    Hands,
    Hosted,
    Joined,
    Knocked,
    Left,
    Located,
    Notice,
    Removed,
    Rights,
    Updated,
)
from signaling.protocol.frames import encode
from signaling.protocol.refusals import Close
from signaling.roster.base import Change, LeaveReason, Record
from signaling.view import Member, View


def fact_of(change: Change, record: Record, before: Record | None) -> Fact:
    """The fact to send for a change of a participant, given the participant before it."""
    version = change.version
    if change.reason is not None:
        return Left(id=record.id, reason=change.reason, version=version)
    if before is not None and before.state == record.state:
        return Updated(participant=record.participant, version=version)
    kind = Knocked if record.state == "waiting" else Joined
    return kind(participant=record.participant, version=version)


def only_facts(record: Record, before: Record | None) -> bool:
    """Whether nothing is different but what is told by facts of its own: hand, restrictions, note, asking for help."""
    if before is None or before == record:
        return False
    told = {"hand": record.hand, "restrictions": record.restrictions, "note": record.note, "help": record.help}
    return msgspec.structs.replace(before, **told) == record


def gone(member: Member, id: str, version: int) -> Left:
    """That somebody is in another place now, as a member's browser takes it."""
    return Left(id=id, reason="moved" if member.takes_breakouts else "left", version=version)


def parting(reason: LeaveReason, words: str = "") -> tuple[list[Fact], Close]:
    """The last facts for a participant that is gone, with what is said to somebody denied, and the close code after them."""
    match reason:
        case "removed" | "ended":
            return [Removed(reason=reason)], Close.REMOVED
        case "denied":
            return [Denied(reason=words or reason)], Close.REMOVED
        case "timeout":
            return [], Close.UNKNOWN
        case "left":
            return [], Close.LEFT


def tell(member: Member, fact: Fact) -> None:
    """Send a member a fact, unless that is what it was sent last of its kind."""
    kind = type(fact)
    if member.sent.get(kind) != fact:
        member.sent[kind] = fact
        member.send_queue.push(encode(fact))


def inform(view: View, members: Iterable[Member], notice: Notice, now: float) -> None:
    """Send members what is told by facts of its own (rights, hands, lobby, …), unless that is what they were sent last.

    ``now`` is on the clock of ``view.ends``.
    """
    hosted, chat = Hosted(hosted=view.hosted), Chat(writers=view.settings.chat)
    hands = {place: Hands(ids=view.hands(place)) for place in {member.place for member in view.members.values()}}
    located = view.located() if view.breakouts.rooms else []
    restrictions = view.restrictions
    for member in members:
        tell(member, notice)
        if member.state == "waiting":
            tell(member, hosted)
            tell(member, view.lobby(member.id))
        elif member.state == "present":
            if (record := member.record) is not None:
                tell(member, Rights(rights=rights(record.role)))
            tell(member, chat)
            tell(member, hands[member.place])
            tell(member, restrictions)
            if member.hosts:
                tell(member, view.queue)
            if member.takes_breakouts:
                _tell_breakouts(member, located, now)


def _tell_breakouts(member: Member, located: list[Located], now: float) -> None:
    view, record = member.view, member.record
    breakouts = view.breakouts
    people = located if member.hosts else []
    asked = record is not None and record.help
    tell(
        member,
        BreakoutsFact(
            rooms=breakouts.rooms,
            place=member.place,
            choose=breakouts.choose,
            back=breakouts.back,
            asked=asked,
            people=people,
        ),
    )
    if member.told_end != breakouts.ends_at:
        member.told_end = breakouts.ends_at
        seconds = UNSET if view.ends is None else max(1, math.ceil(view.ends - now))
        member.send_queue.push(encode(Countdown(seconds=seconds)))
