"""Live rooms for views and admin: who is in there now, and acting on them. Blocking; never call it in the event loop.

Goes through this process's running worker. Where none runs (``manage.py``, a shell) it asks Redis itself, with a worker made
for the moment; in embedded mode there is then nobody to ask: no room is live.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

from django.conf import settings

from signaling import ice
from signaling.metrics import CONTENT_TYPE
from signaling.protocol import Ice, Policy, Role
from signaling.roster.base import Record, Unreachable
from signaling.settings import RoomSettings
from signaling.worker import Worker

logger = logging.getLogger(__name__)

ANSWER_SECONDS: Final = 5.0
METRICS_TYPE: Final = CONTENT_TYPE
#: Long enough to join, gather and mend. What is connected outlives them (docs/security.md).
CREDENTIAL_SECONDS: Final = 600.0

T = TypeVar("T")


class _Process:
    """The worker of this process, if it serves; ``make`` makes one that serves nobody, where there is a roster to ask."""

    worker: Worker | None = None
    make: Callable[[], Worker] | None = None


def use(worker: Worker | None) -> None:
    """Ask this worker, which serves. Called once, by ``asgi.py``."""
    _Process.worker = worker


def otherwise(make: Callable[[], Worker] | None) -> None:
    """Where no worker serves, ask one made by ``make``. Called once, by ``conference/apps.py``."""
    _Process.make = make


def accepting() -> bool:
    """Whether this process takes newcomers. A process that has no worker has nothing against it."""
    return _Process.worker is None or _Process.worker.accepting


def metrics() -> str:
    """What the worker of this process counts; empty where there is none."""
    return _Process.worker.metrics_text() if _Process.worker is not None else ""


def lend(holder: str, room_id: str, policy: Policy) -> Ice:
    """The ICE servers for ``holder``, a participant or who tests the connection, in a room of this policy. Needs no worker."""
    turn_urls = [] if policy == "direct" else settings.TURN_URLS
    servers = ice.servers(settings.STUN_URLS, turn_urls, settings.TURN_SECRET, holder, room_id, CREDENTIAL_SECONDS, time.time())
    return Ice(servers=servers, policy=policy)


def people(room_id: str) -> list[Record]:
    """Everybody in the room, those who wait too, in order of arrival. Empty when the roster cannot be reached."""

    async def read(worker: Worker) -> list[Record]:
        snapshot = await worker.roster.snapshot(room_id)
        return snapshot.people if snapshot is not None else []

    return _ask(read, [])


def counts(room_ids: Iterable[str]) -> dict[str, int]:
    """How many are present in each room; rooms where nobody is may be missing."""

    async def read(worker: Worker) -> dict[str, int]:
        snapshots = await asyncio.gather(*map(worker.roster.snapshot, wanted))
        return {room: _present(snapshot.people) for room, snapshot in zip(wanted, snapshots, strict=True) if snapshot is not None}

    wanted = list(room_ids)
    return _ask(read, {})


def remove(room_id: str, participant: str) -> bool:
    """Remove a participant. False if there is none."""
    return _ask(lambda worker: worker.remove(room_id, participant), False)


def ban(room_id: str, identity: str) -> bool:
    """Keep an identity out while the room is live, and remove it. False if it was not there."""
    return _ask(lambda worker: worker.ban(room_id, identity), False)


def unban(room_id: str, identity: str) -> None:
    """Let an identity that :func:`ban` keeps out in again, at once."""
    _ask(lambda worker: worker.unban(room_id, identity), None)


def set_role(room_id: str, identity: str, role: Role) -> bool:
    """Give the participants of an identity a role. False if that changes nothing."""
    return _ask(lambda worker: worker.set_role(room_id, identity, role), False)


def rename(room_id: str, identity: str, name: str) -> bool:
    """Give the participants of an identity a name. False if that changes nothing."""
    return _ask(lambda worker: worker.rename(room_id, identity, name), False)


def configure(room_id: str, settings: RoomSettings) -> bool:
    """Have a live room follow its settings. False if it is not live, or has these or newer ones."""
    return _ask(lambda worker: worker.configure(room_id, settings), False)


def end(room_id: str) -> bool:
    """Send everybody home. False if nobody was there."""
    return _ask(lambda worker: worker.end(room_id), False)


def revoke(*, login: str = "", identity: str = "", spare: str | None = None) -> None:
    """Close every socket, on every worker, of a login, or of an identity but for the login to ``spare``, because it has ended."""
    _ask(lambda worker: worker.revoke(login=login, identity=identity, spare=spare), None)


def _present(people: list[Record]) -> int:
    return sum(record.state == "present" for record in people)


def _ask(do: Callable[[Worker], Awaitable[T]], default: T) -> T:
    worker = _Process.worker
    try:
        if worker is not None and worker.loop is not None:
            return _through(worker.loop, do(worker))
        if settings.EMBEDDED or _Process.make is None:
            return default
        return asyncio.run(_briefly(_Process.make, do))
    except (Unreachable, TimeoutError):
        logger.warning("The roster cannot be reached")
        return default


def _through(loop: asyncio.AbstractEventLoop, work: Awaitable[T]) -> T:
    async def waiting() -> T:
        return await work

    return asyncio.run_coroutine_threadsafe(waiting(), loop).result(ANSWER_SECONDS)


async def _briefly(make: Callable[[], Worker], do: Callable[[Worker], Awaitable[T]]) -> T:
    """With a worker that has no sockets and does not listen, only to ask and to tell."""
    worker = make()
    try:
        answer = await do(worker)
        await worker.mailbox.flush()
        return answer
    finally:
        await worker.stop()
