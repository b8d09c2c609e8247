"""Commands about breakout rooms, given over a socket: one function each.

As in ``moderation.py``, the table of permissions is asked with the roles that the roster has now, the roster changes first, and
then the command is recorded: one entry for each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.core.exceptions import PermissionDenied
from msgspec import UNSET

from signaling.breakouts import Breakouts, deal
from signaling.journal import Journal
from signaling.moderation import Strange
from signaling.permissions import Actor, can
from signaling.protocol.bounds import NAME_LENGTH
from signaling.protocol.facts import Breakout, Broadcasted
from signaling.protocol.frames import encode
from signaling.protocol.messages import Divide
from signaling.protocol.values import OUTSIDE
from signaling.roster.base import Change, Record, Roster, Snapshot


class Division:
    """``announce`` emits a change to everybody whom it concerns, ``proclaim(room, workers, text)`` a fact to everybody in a
    meeting, on these workers.

    ``id`` is the participant who gives the command. Each command raises PermissionDenied; :class:`Strange`; and
    Unreachable. Nothing happens where another host was faster or the room was closed.
    """

    def __init__(
        self,
        roster: Roster,
        journal: Journal,
        *,
        announce: Callable[[Change], None],
        proclaim: Callable[[str, Collection[str], str], None],
        ids: Callable[[], str],
        random: Callable[[], float],
    ) -> None:
        self._roster = roster
        self._journal = journal
        self._announce = announce
        self._proclaim = proclaim
        self._ids = ids
        self._random = random

    async def divide(self, room: str, id: str, message: Divide) -> None:
        """Open breakout rooms."""
        snapshot, actor = await self._host(room, id)
        rooms = [Breakout(id=self._ids(), name=name) for name in message.names]
        chosen = message.how == "choice"
        breakouts = Breakouts(rooms=rooms, choose=chosen, back=message.back, late="main" if chosen else message.late)
        places = self._places(message, [record for record in snapshot.people if record.state == "present"], rooms)
        change = await self._roster.divide(room, breakouts, places, seconds=message.seconds)
        self._done(change, room, actor, "divided")

    async def gather(self, room: str, id: str, seconds: int) -> None:
        """Close the breakout rooms, in ``seconds`` or at once."""
        _, actor = await self._host(room, id)
        self._done(await self._roster.gather(room, seconds=seconds), room, actor, "gathered")

    async def move(self, room: str, id: str, place: str, whom: str | None) -> None:
        """Go to a place, or move somebody there. Whoever is no host goes where the host who opened the rooms permits."""
        if whom is not None and whom != id:
            snapshot, actor = await self._host(room, id)
            target = _find(snapshot, whom)
            change = await self._roster.move(room, whom, place)
            self._done(change, room, actor, "moved", target)
            self._moved(change)
            return
        snapshot = await self._look(room)
        breakouts = snapshot.breakouts
        permitted = breakouts.choose or (place == "" and breakouts.back)
        if not permitted and not can(_find(snapshot, id).role, "divide"):
            raise PermissionDenied
        if (change := await self._roster.move(room, id, place)) is not None:
            self._announce(change)
        self._moved(change)

    def _moved(self, change: Change | None) -> None:
        if change is not None and change.record is not None:
            self._journal.moved(change.room, change.record)

    async def help(self, room: str, id: str, *, asked: bool, whom: str | None) -> None:
        """Ask for help or no longer; a host may say that somebody was helped. It takes nothing from anybody, so it is not
        recorded.
        """
        if whom is not None and whom != id:
            snapshot, _ = await self._host(room, id)
            _find(snapshot, whom)
        if (change := await self._roster.help(room, whom or id, asked=asked)) is not None:
            self._announce(change)

    async def broadcast(self, room: str, id: str, text: str) -> None:
        """Say something to everybody, wherever they are. Nothing is kept of it."""
        snapshot, actor = await self._host(room, id)
        self._say(room, snapshot, Broadcasted(id=id, name=actor.name, text=text))

    async def broadcast_from_outside(self, by: Actor, room: str, text: str) -> None:
        """Say something to everybody, as somebody who is not in the meeting and may end it. Raises Strange if nobody is there."""
        by.must("end")
        snapshot = await self._look(room)
        if not any(record.state == "present" for record in snapshot.people):
            raise Strange
        self._say(room, snapshot, Broadcasted(id=OUTSIDE, name=by.name[:NAME_LENGTH] or "–", text=text))

    def _say(self, room: str, snapshot: Snapshot, said: Broadcasted) -> None:
        self._proclaim(room, {record.worker for record in snapshot.people if record.state == "present"}, encode(said))

    def _places(self, message: Divide, present: list[Record], rooms: list[Breakout]) -> dict[str, str]:
        """Where everybody goes. Those who are not placed stay in the main room, and so do hosts unless placed by hand."""
        places: dict[str, str] = {}
        if message.how == "even":
            others = [record.id for record in present if not can(record.role, "divide")]
            places = deal(others, [one.id for one in rooms], self._random)
        elif message.people is not UNSET:
            places = {one: rooms[number].id for one, number in message.people.items()}
        return {record.id: places.get(record.id, "") for record in present}

    async def _host(self, room: str, id: str) -> tuple[Snapshot, Actor]:
        snapshot = await self._look(room)
        record = _find(snapshot, id)
        actor = Actor(record.role, record.identity, record.name)
        actor.must("divide")
        return snapshot, actor

    async def _look(self, room: str) -> Snapshot:
        snapshot = await self._roster.snapshot(room)
        if snapshot is None:
            raise Strange
        return snapshot

    def _done(self, change: Change | None, room: str, actor: Actor, action: str, target: Record | None = None) -> None:
        if change is not None:
            self._announce(change)
            self._journal.audit(room, actor, action, target)


def _find(snapshot: Snapshot, id: str) -> Record:
    found = next((one for one in snapshot.people if one.id == id and one.state == "present"), None)
    if found is None:
        raise Strange
    return found
