"""Meetings follow the database: a worker compares its rooms and its people with it, and applies the differences.

A change of the database is passed on to the meeting when it is committed. That can be lost when the roster or the worker is
out of reach. Values are compared, so it does not matter which change was lost.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Set
from typing import Protocol

from signaling.journal import AWAY
from signaling.ports import Exclusion, Presence, Standing
from signaling.roster.base import Change, Roster
from signaling.settings import RoomSettings
from signaling.switchboard import Switchboard
from signaling.view import Member

logger = logging.getLogger(__name__)


class Database(Protocol):
    """The rooms as the database has them: ``signaling.ports.Rooms``, asked in a thread."""

    async def room_settings(self, room_ids: Collection[str]) -> Mapping[str, RoomSettings]: ...
    async def standings(self, people: Collection[Presence]) -> Mapping[Presence, Standing]: ...
    async def excluded(self, exclusions: Collection[Exclusion]) -> Collection[Exclusion]: ...


class Review:
    """Compares the rooms and the people of one worker with the database. ``announce`` emits a change to all whom it concerns."""

    def __init__(
        self, roster: Roster, switchboard: Switchboard, database: Database, *, announce: Callable[[Change], None]
    ) -> None:
        self._roster = roster
        self._switchboard = switchboard
        self._database = database
        self._announce = announce
        self._unwritten: Set[Exclusion] = frozenset()

    async def __call__(self) -> None:
        """One review. Raises Unreachable; while the database is away nothing is compared.

        A review may act on an outdated reading. So after it has changed anything, everything is read again. A change that is
        committed after the last reading also reaches the roster after it.
        """
        try:
            await self._lift_bans()
            while await self._follow():
                pass
        except AWAY as error:
            logger.warning("The meetings here cannot be compared with the database: %s", error)

    async def _lift_bans(self) -> None:
        """Lift bans that the database lacks. The roster has a ban first, so it must be missing at the review before, too."""
        bans = {Exclusion(*ban) for ban in await self._roster.bans(self._switchboard.rooms())}
        missing = bans.difference(await self._database.excluded(bans)) if bans else frozenset()
        for room, identity in missing & self._unwritten:
            await self._roster.unban(room, identity)
        self._unwritten = missing

    async def _follow(self) -> bool:
        """Apply what the database says. Whether that changed anything."""
        rooms = self._switchboard.rooms()
        here = {member: Presence(member.room, member.identity, member.login) for member in self._switchboard.members()}
        if not rooms:
            return False
        settings = await self._database.room_settings(rooms)
        standings = await self._database.standings({one for one in here.values() if one.room_id in settings})
        changed = [await self._configure(room, settings.get(room)) for room in rooms]
        changed += [await self._judge(member, standings[one]) for member, one in here.items() if one in standings]
        return any(changed)

    async def _configure(self, room: str, settings: RoomSettings | None) -> bool:
        view = self._switchboard.view(room)
        if settings is None:
            return self._announced(*await self._roster.end(room))
        if view is None or not settings.differs(view.settings):
            return False
        return self._announced(await self._roster.configure(room, settings))

    async def _judge(self, member: Member, standing: Standing) -> bool:
        """Apply what the database says of one member. Whoever has lost a membership is removed, and may come back as a guest."""
        record = member.record
        if record is None or member.state == "gone":
            return False
        if not standing.signed_in:
            self._switchboard.sign_out(member)
            return True
        if standing.banned or (standing.role == "guest" and record.role != "guest"):
            return self._announced(await self._roster.leave(member.room, member.id, None, "removed"))
        if (record.role, record.name) == (standing.role, standing.name or record.name):
            return False
        name = standing.name or None
        return self._announced(await self._roster.update(member.room, member.id, name=name, role=standing.role))

    def _announced(self, *changes: Change | None) -> bool:
        for change in changes:
            if change is not None:
                self._announce(change)
        return any(change is not None for change in changes)
