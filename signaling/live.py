"""Live rooms for views, the API and the admin: who is present now, and what can be done to them. Blocking, but for :func:`watch`;
never call the rest in the event loop.

Goes through the worker of this process (``signaling/process.py``). What looks at rooms answers None when the roster cannot be
reached, which is something else than nobody. Commands take an ``Actor``, and are the same lines that sockets run
(``signaling/moderation.py``). What follows the database does what it can: each worker compares its rooms with the database, too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial

from signaling import process
from signaling.digest import Overview
from signaling.moderation import Strange as Strange
from signaling.permissions import Actor
from signaling.protocol.values import Restriction, Role, Use
from signaling.roster.base import Record as Record
from signaling.roster.base import Refusal as Refusal
from signaling.roster.base import Unreachable as Unreachable
from signaling.settings import RoomSettings
from signaling.watching import RoomState as RoomState
from signaling.worker import Worker

# Looks


def people(room_id: str) -> list[Record] | None:
    """Everybody in the room, those who wait too, in order of arrival. None when the roster cannot be reached."""
    return process.ask_or(None, partial(_people, room_id))


def person(room_id: str, participant: str) -> Record | None:
    """One of :func:`people`, None if there is no such participant. Raises Unreachable."""
    return next((person for person in process.ask(partial(_people, room_id)) if person.id == participant), None)


async def _people(room_id: str, worker: Worker) -> list[Record]:
    snapshot = await worker.roster.snapshot(room_id)
    return snapshot.people if snapshot is not None else []


def counts(room_ids: Iterable[str]) -> dict[str, int] | None:
    """How many are present in each room; rooms where nobody is may be missing. None when the roster cannot be reached."""

    async def read(worker: Worker) -> dict[str, int]:
        occupied = await worker.roster.occupied(wanted)
        snapshots = await worker.roster.snapshots(occupied)
        found = zip(occupied, snapshots, strict=True)
        return {room: _present(snapshot.people) for room, snapshot in found if snapshot is not None}

    wanted = list(room_ids)
    return process.ask_or(None, read) if wanted else {}


def overview() -> Overview | None:
    """What all workers tell of themselves, in one read. None when the roster cannot be reached."""

    async def read(worker: Worker) -> Overview:
        return await worker.roster.digests.read()

    return process.ask_or(None, read)


def room_state(room_id: str) -> RoomState | None:
    """Everything about a room at once. None when the roster cannot be reached."""

    async def read(worker: Worker) -> RoomState:
        [reports] = await worker.roster.digests.reports([room_id])
        return RoomState(await worker.roster.snapshot(room_id), reports)

    return process.ask_or(None, read)


async def watch(room_id: str) -> RoomState | None:
    """:func:`room_state` for the event loop, and pages that look again and again. Up to ``watching.FRESH_SECONDS`` old."""
    worker = process.serving()
    return await worker.watch.look(room_id) if worker is not None else None


# Commands. Each raises PermissionDenied, and Unreachable. Those about somebody raise Strange when there is no such participant,
# or none of whom this can be decided, any more; and return whom they were about.


def admit(by: Actor, room_id: str, participant: str) -> Record:
    """Admit somebody who waits. Also raises Refusal ``full``."""
    return process.ask(lambda worker: worker.moderation.admit(by, room_id, participant))


def deny(by: Actor, room_id: str, participant: str, reason: str = "") -> Record:
    """Deny somebody who waits, and tell them ``reason``, which has passed ``protocol.check_text``."""
    return process.ask(lambda worker: worker.moderation.deny(by, room_id, participant, reason))


def remove(by: Actor, room_id: str, participant: str, *, ban: bool = False) -> Record:
    """Remove a participant, with ``ban`` permanently."""
    if ban:
        return process.ask(lambda worker: worker.moderation.ban(by, room_id, participant))
    return process.ask(lambda worker: worker.moderation.remove(by, room_id, participant))


def restrict(by: Actor, room_id: str, participants: Collection[str] | None, use: Use, how: Restriction) -> None:
    """Keep these participants from a use; with None, everybody whom ``by`` may restrict.

    Who has left is passed over, unless nobody is left: then it raises Strange.
    """
    process.ask(lambda worker: worker.moderation.restrict(by, room_id, participants, use, how))


def free(by: Actor, room_id: str, participants: Collection[str] | None, use: Use) -> None:
    """Lift what :func:`restrict` did, of whichever kind, for the same people."""
    process.ask(lambda worker: worker.moderation.free(by, room_id, participants, use))


def ask(by: Actor, room_id: str, participant: str, use: Use) -> None:
    """Ask a participant to turn something on."""
    process.ask(lambda worker: worker.moderation.ask(by, room_id, participant, use))


def lower(by: Actor, room_id: str, participant: str | None) -> None:
    """Lower the hand of a participant; with None, every hand."""
    if participant is None:
        process.ask(lambda worker: worker.moderation.lower_all(by, room_id))
    else:
        process.ask(lambda worker: worker.moderation.lower(by, room_id, participant))


def broadcast(by: Actor, room_id: str, text: str) -> None:
    """Say something to everybody in the meeting, if ``by`` may end it. ``text`` has passed ``protocol.check_visible`` for
    ``BROADCAST_LENGTH``. Raises Strange when nobody is there.
    """
    process.ask(lambda worker: worker.division.broadcast_from_outside(by, room_id, text))


def end(by: Actor, room_id: str) -> bool:
    """End the meeting for everybody. False if nobody was there."""
    return process.ask(lambda worker: worker.moderation.end(by, room_id))


# What follows the database


def expel(room_id: str, identity: str) -> bool:
    """Remove an identity that may no longer be in the room. False if it was not there."""
    return process.ask_or(False, lambda worker: worker.expel(room_id, identity))


def unban(room_id: str, identity: str) -> None:
    """End the ban of an identity in the roster, at once."""
    process.ask_or(None, lambda worker: worker.unban(room_id, identity))


def set_role(room_id: str, identity: str, role: Role) -> bool:
    """Give the participants of an identity a role. False if that changes nothing."""
    return process.ask_or(False, lambda worker: worker.set_role(room_id, identity, role))


def rename(room_id: str, identity: str, name: str) -> bool:
    """Give the participants of an identity a name. False if that changes nothing."""
    return process.ask_or(False, lambda worker: worker.rename(room_id, identity, name))


def configure(room_id: str, settings: RoomSettings) -> bool:
    """Have a live room follow its settings. False if it is not live, or has these or newer ones."""
    return process.ask_or(False, lambda worker: worker.configure(room_id, settings))


def close(room_id: str) -> bool:
    """End the meeting in a room that is deleted. False if nobody was there."""
    return process.ask_or(False, lambda worker: worker.end(room_id))


def revoke(*, login: str = "", identity: str = "", spare: str | None = None) -> None:
    """Close all sockets of a login that has ended, on every worker; or of all logins of an identity but the one to ``spare``."""
    process.ask_or(None, lambda worker: worker.revoke(login=login, identity=identity, spare=spare))


def _present(people: list[Record]) -> int:
    return sum(record.state == "present" for record in people)
