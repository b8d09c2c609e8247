"""Live rooms for views and admin: who is present now, and what can be done to them. Blocking; never call it in the event loop.

Goes through the worker of this process (``signaling/process.py``). Where there is none to ask, no room is live.
"""

from __future__ import annotations

from collections.abc import Iterable

from signaling.digest import Overview
from signaling.permissions import Actor
from signaling.process import ask
from signaling.protocol import Report, Role
from signaling.roster.base import Record, Refusal
from signaling.settings import RoomSettings
from signaling.worker import Worker


def people(room_id: str) -> list[Record]:
    """Everybody in the room, those who wait too, in order of arrival. Empty when the roster cannot be reached."""

    async def read(worker: Worker) -> list[Record]:
        snapshot = await worker.roster.snapshot(room_id)
        return snapshot.people if snapshot is not None else []

    return ask(read, [])


def person(room_id: str, participant: str) -> Record | None:
    """One of :func:`people`."""
    return next((person for person in people(room_id) if person.id == participant), None)


def counts(room_ids: Iterable[str]) -> dict[str, int]:
    """How many are present in each room; rooms where nobody is may be missing."""

    async def read(worker: Worker) -> dict[str, int]:
        snapshots = await worker.roster.snapshots(wanted)
        return {room: _present(snapshot.people) for room, snapshot in zip(wanted, snapshots, strict=True) if snapshot is not None}

    wanted = list(room_ids)
    return ask(read, {}) if wanted else {}


def overview() -> Overview | None:
    """What all workers tell of themselves, in one read. None when the roster cannot be reached."""

    async def read(worker: Worker) -> Overview | None:
        return await worker.roster.digests.read()

    return ask(read, None)


def reports(room_id: str) -> dict[str, Report]:
    """What the browsers in a room last reported of their pairs, by the id of the reporter. Nobody has checked it."""

    async def read(worker: Worker) -> dict[str, Report]:
        return await worker.roster.digests.reports(room_id)

    return ask(read, {})


def remove(by: Actor, room_id: str, participant: str, *, ban: bool = False) -> Record | None:
    """``by`` removes a participant, with ``ban`` permanently. Raises PermissionDenied.

    Returns whom; None if they have left, or the roster cannot be reached.
    """

    async def act(worker: Worker) -> Record | None:
        command = worker.moderation.ban if ban else worker.moderation.remove
        try:
            return await command(by, room_id, participant)
        except Refusal:
            return None

    return ask(act, None)


def expel(room_id: str, identity: str) -> bool:
    """Remove an identity that may no longer be in the room. False if it was not there."""
    return ask(lambda worker: worker.expel(room_id, identity), False)


def unban(room_id: str, identity: str) -> None:
    """End the ban of an identity in the roster, at once."""
    ask(lambda worker: worker.unban(room_id, identity), None)


def set_role(room_id: str, identity: str, role: Role) -> bool:
    """Give the participants of an identity a role. False if that changes nothing."""
    return ask(lambda worker: worker.set_role(room_id, identity, role), False)


def rename(room_id: str, identity: str, name: str) -> bool:
    """Give the participants of an identity a name. False if that changes nothing."""
    return ask(lambda worker: worker.rename(room_id, identity, name), False)


def configure(room_id: str, settings: RoomSettings) -> bool:
    """Have a live room follow its settings. False if it is not live, or has these or newer ones."""
    return ask(lambda worker: worker.configure(room_id, settings), False)


def end(room_id: str) -> bool:
    """End the meeting. False if nobody was there."""
    return ask(lambda worker: worker.end(room_id), False)


def revoke(*, login: str = "", identity: str = "", spare: str | None = None) -> None:
    """Close all sockets of a login that has ended, on every worker; or of all logins of an identity but the one to ``spare``."""
    ask(lambda worker: worker.revoke(login=login, identity=identity, spare=spare), None)


def _present(people: list[Record]) -> int:
    return sum(record.state == "present" for record in people)
