"""Commands about people in a meeting, given over a socket or in the admin: one function each.

The table of permissions is asked with the roles that the roster has now. The roster changes first, so that the meeting reacts
at once, also while the database is away. Then the command is recorded.
"""

from __future__ import annotations

from collections.abc import Callable

from signaling.journal import Journal
from signaling.permissions import Action, Actor
from signaling.roster.base import Change, Record, Refusal, Roster


class Moderation:
    """``announce`` emits a change to everybody whom it concerns.

    A command about one participant returns their record, unless it only lowers a hand. Each raises PermissionDenied; Refusal
    ``stranger`` if there is no such participant; and Unreachable.
    """

    def __init__(self, roster: Roster, journal: Journal, announce: Callable[[Change], None]) -> None:
        self._roster = roster
        self._journal = journal
        self._announce = announce

    async def actor(self, room: str, id: str) -> Actor:
        """A participant who gives a command, as the roster has them now. Raises Refusal ``stranger``; and Unreachable."""
        record = await self._find(room, id)
        return Actor(record.role, record.identity, record.name)

    async def admit(self, by: Actor, room: str, id: str) -> Record:
        """Admit somebody who waits. Also raises Refusal ``full``."""
        by.must("admit")
        change = await self._roster.admit(room, id)
        if change is None or change.record is None:
            raise Refusal("stranger")
        self._announce(change)
        self._journal.joined(room, change.record)
        self._journal.audit(room, by, "admitted", change.record)
        return change.record

    async def deny(self, by: Actor, room: str, id: str) -> Record:
        """Deny somebody who waits."""
        by.must("deny")
        target = await self._find(room, id)
        if target.state != "waiting":
            raise Refusal("stranger")
        self._done(await self._roster.leave(room, id, None, "denied"))
        self._journal.audit(room, by, "denied", target)
        return target

    async def remove(self, by: Actor, room: str, id: str) -> Record:
        """Remove a participant. They may come back after a while."""
        target = await self._permitted(by, "remove", room, id)
        self._done(await self._roster.leave(room, id, None, "removed"))
        self._journal.audit(room, by, "removed", target)
        return target

    async def ban(self, by: Actor, room: str, id: str) -> Record:
        """Remove all participants of a person, and ban the person permanently."""
        target = await self._permitted(by, "ban", room, id)
        for change in await self._roster.ban(room, target.identity):
            self._announce(change)
        self._journal.banned(room, by, target)
        return target

    async def lower(self, by: Actor, room: str, id: str) -> None:
        """Lower the hand of a participant, whoever they are. It takes nothing from anybody, so it is not recorded."""
        by.must("lower")
        await self._find(room, id)
        if (change := await self._roster.hand(room, id, raised=False)) is not None:
            self._announce(change)

    async def lower_all(self, by: Actor, room: str) -> None:
        """Lower every raised hand."""
        by.must("lower")
        for change in await self._roster.lower_hands(room):
            self._announce(change)

    async def _permitted(self, by: Actor, action: Action, room: str, id: str) -> Record:
        by.must(action)
        target = await self._find(room, id)
        by.must(action, by.target(target.identity, target.role))
        return target

    async def _find(self, room: str, id: str) -> Record:
        snapshot = await self._roster.snapshot(room)
        target = next((one for one in snapshot.people if one.id == id), None) if snapshot is not None else None
        if target is None:
            raise Refusal("stranger")
        return target

    def _done(self, change: Change | None) -> None:
        """Announce a change. Raises Refusal ``stranger`` if there is none, because somebody else made it at the same time."""
        if change is None:
            raise Refusal("stranger")
        self._announce(change)
