"""Commands about people in a meeting, given over a socket, in the admin or by the API: one function each.

The table of permissions is asked with the roles that the roster has now. The roster changes first, so that the meeting reacts
at once, also while the database is away. Then the command is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress

from django.core.exceptions import PermissionDenied

from signaling.journal import Journal
from signaling.permissions import Action, Actor, can
from signaling.protocol.facts import Asked, Fact
from signaling.protocol.values import OUTSIDE, Restriction, Use
from signaling.roster.base import Change, Record, Refusal, Roster


class Strange(Refusal):
    """There is no such participant, or none of whom this can be decided (any more)."""

    def __init__(self) -> None:
        super().__init__("stranger")


class Moderation:
    """``announce`` emits a change to everybody whom it concerns; ``tell(room, record, fact)`` sends one participant a fact.

    Admitting, denying, removing and banning one person return whom. Each command raises PermissionDenied; :class:`Strange`; and
    Unreachable. A decision about several who wait passes over those who wait no longer: two hosts may decide at once.
    """

    def __init__(
        self,
        roster: Roster,
        journal: Journal,
        announce: Callable[[Change], None],
        tell: Callable[[str, Record, Fact], None],
    ) -> None:
        self._roster = roster
        self._journal = journal
        self._announce = announce
        self._tell = tell

    async def actor(self, room: str, id: str) -> Actor:
        """A participant who gives a command, as the roster has them now. Raises :class:`Strange`; and Unreachable."""
        record = await self._find(room, id)
        return Actor(record.role, record.identity, record.name)

    async def admit(self, by: Actor, room: str, id: str) -> Record:
        """Admit somebody who waits. Also raises Refusal ``full``."""
        by.must("admit")
        change = await self._roster.admit(room, id)
        if change is None or change.record is None:
            raise Strange
        self._announce(change)
        self._journal.joined(room, change.record)
        self._journal.audit(room, by, "admitted", change.record)
        return change.record

    async def admit_all(self, by: Actor, room: str, ids: Iterable[str]) -> None:
        """Admit those of these who wait, in this order. Raises Refusal ``full`` at the first for whom there is no seat."""
        for one in ids:
            with suppress(Strange):
                await self.admit(by, room, one)

    async def deny(self, by: Actor, room: str, id: str, reason: str = "") -> Record:
        """Deny somebody who waits, and tell them ``reason``."""
        by.must("deny")
        change = await self._roster.deny(room, id, reason)
        if change is None or change.record is None:
            raise Strange
        self._announce(change)
        self._journal.audit(room, by, "denied", change.record)
        return change.record

    async def deny_all(self, by: Actor, room: str, ids: Iterable[str], reason: str = "") -> None:
        """Deny those of these who wait."""
        for one in ids:
            with suppress(Strange):
                await self.deny(by, room, one, reason)

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

    async def restrict(self, by: Actor, room: str, ids: Collection[str] | None, use: Use, how: Restriction) -> None:
        """Keep people from a use; without ``ids``, everybody whom ``by`` may restrict."""
        for change in await self._roster.restrict(room, await self._subjects(by, room, ids), use, how):
            self._restricted(by, change, how, use)

    async def free(self, by: Actor, room: str, ids: Collection[str] | None, use: Use) -> None:
        """Lift the restriction of a use; without ``ids``, for everybody whom ``by`` may restrict."""
        for change in await self._roster.free(room, await self._subjects(by, room, ids), use, forbidden=True):
            self._restricted(by, change, "freed", use)

    async def lift(self, room: str, id: str, use: Use) -> None:
        """A participant lifts a restriction of their own, unless only a host may. That is not recorded."""
        changes = await self._roster.free(room, [id], use, forbidden=False)
        for change in changes:
            self._restricted(None, change, "freed", use)
        if not changes and use in (await self._find(room, id)).restrictions:
            raise PermissionDenied

    async def ask(self, by: Actor, room: str, id: str, use: Use, asker: str = OUTSIDE) -> None:
        """Ask a participant to turn something on; ``asker`` is the id of who asks. Nothing changes by it, so it is not
        recorded.
        """
        target = await self._permitted(by, "ask", room, id)
        if target.state != "present":
            raise Strange
        self._tell(room, target, Asked(use=use, by=asker))

    async def end(self, by: Actor, room: str) -> bool:
        """End the meeting for everybody. False if nobody was there: then nothing is recorded."""
        by.must("end")
        changes = await self._roster.end(room)
        for change in changes:
            self._announce(change)
        if changes:
            self._journal.audit(room, by, "ended")
        return bool(changes)

    async def _subjects(self, by: Actor, room: str, ids: Collection[str] | None) -> list[str]:
        """The ids of those who are present. Who has left meanwhile is passed over, unless nobody is left."""
        by.must("restrict")
        present = [one for one in await self._people(room) if one.state == "present"]
        if ids is None:
            return [one.id for one in present if can(by.standing, "restrict", by.target(one.identity, one.role))]
        named = [one for one in present if one.id in ids]
        for one in named:
            by.must("restrict", by.target(one.identity, one.role))
        if not named:
            raise Strange
        return [one.id for one in named]

    def _restricted(self, by: Actor | None, change: Change, action: str, use: Use) -> None:
        self._announce(change)
        if change.record is not None:
            self._journal.restricted(change.room, change.record)
            if by is not None:
                self._journal.audit(change.room, by, action, change.record, use)

    async def _permitted(self, by: Actor, action: Action, room: str, id: str) -> Record:
        by.must(action)
        target = await self._find(room, id)
        by.must(action, by.target(target.identity, target.role))
        return target

    async def _find(self, room: str, id: str) -> Record:
        target = next((one for one in await self._people(room) if one.id == id), None)
        if target is None:
            raise Strange
        return target

    async def _people(self, room: str) -> list[Record]:
        snapshot = await self._roster.snapshot(room)
        return snapshot.people if snapshot is not None else []

    def _done(self, change: Change | None) -> None:
        """Announce a change. Raises :class:`Strange` if there is none, because somebody else made it at the same time."""
        if change is None:
            raise Strange
        self._announce(change)
