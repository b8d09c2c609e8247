"""What signaling needs from the rest of the product. ``conference/workers.py`` passes it to each worker.

Signaling imports no other app: it knows rooms by their id, people by their identity, and the database not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from signaling.protocol.facts import Notice
from signaling.protocol.values import Restriction, Role, Verdict
from signaling.settings import RoomSettings


class RoomUnavailable(Exception):
    """This person cannot enter. The reason is not told: unknown, deleted and forbidden rooms look alike.

    ``code`` is a refusal code of ``docs/protocol.md`` section 5: ``banned`` or ``closed``.
    """

    def __init__(self, code: str = "closed") -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Entry:
    """A person who may join.

    ``identity`` is ``user:<pk>`` or ``guest:<id>``. ``person`` is empty for a guest, who gives a name when joining. ``login`` is
    the name of the login, "" for a guest. ``prefix`` is the network that they come from, "" if it is unknown. ``newcomers`` is
    the code with which this person is refused without a resume token: ``banned`` if their network is banned, ``closed`` if they
    have asked for too many unknown rooms.
    """

    room_id: str
    slug: str
    name: str
    settings: RoomSettings
    identity: str
    person: str
    role: Role
    login: str
    prefix: str = ""
    newcomers: str = ""


class Presence(NamedTuple):
    """Somebody in a room, as :class:`Entry` names them."""

    room_id: str
    identity: str
    login: str


class Standing(NamedTuple):
    """What the database says now of a :class:`Presence`. ``name`` is empty for a guest, whose name the meeting knows; ``role``
    is ``guest`` without a membership; ``signed_in`` is false if the login has ended.
    """

    role: Role
    name: str
    banned: bool
    signed_in: bool


class Exclusion(NamedTuple):
    """A ban of an identity from a room."""

    room_id: str
    identity: str


class Rooms(Protocol):
    """The rooms as the database has them (``rooms.sockets``). Every function blocks; a worker calls it in a thread."""

    def find(self, slug: str, cookie: str, client: str) -> Entry:
        """Who wants to join, by the Cookie header of the handshake or the cookie of the ``join``, from the address
        ``client``; and the room.

        Raises :class:`RoomUnavailable`, and ``redis.RedisError`` when the store that counts misses does not answer.
        """

    def room_settings(self, room_ids: Collection[str]) -> Mapping[str, RoomSettings]:
        """The settings of each of these rooms; a deleted room is missing."""

    def standings(self, people: Collection[Presence]) -> Mapping[Presence, Standing]:
        """The standing of each of these people now. The number of queries does not depend on the number of people."""

    def excluded(self, exclusions: Collection[Exclusion]) -> Collection[Exclusion]:
        """Those of these bans that the database has."""


class Notices(Protocol):
    """What the administrators tell everybody (``conference.notices``). Blocks; a worker calls it in a thread."""

    def __call__(self) -> Notice:
        """The notice that is shown now. Raises nothing when the database is away: what was known last counts."""


class Stay(NamedTuple):
    """Somebody whose attendance is open."""

    id: str
    name: str
    role: Role
    identity: str
    restrictions: dict[str, Restriction]


class Past(NamedTuple):
    """What history knows of one participant: its verdict, if there is one, and whose attendance is open in its meeting.

    ``stays`` is in order of arrival, and empty when the meeting has ended or was last seen too long ago.
    """

    verdict: Verdict | None
    stays: list[Stay]

    def stay(self, id: str) -> Stay | None:
        return next((stay for stay in self.stays if stay.id == id), None)
