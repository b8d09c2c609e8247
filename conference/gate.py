"""A limit on the requests in Django at once. Each has a thread and a connection to the database; the others wait for their turn.

Requests that hash a password take a core for a quarter of a second. They have places of their own, so that neither pages nor
meetings wait for them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from django.http import HttpResponse

from conference import responses
from conference.places import Places

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Any, Send], Awaitable[None]]

#: Longer than 300 pages at once need, shorter than the timeout of proxies.
PATIENCE_SECONDS: Final = 30.0
#: Questions of a supervisor do not wait behind pages. They are answered one at a time.
PROBES: Final = ("/health/live", "/health/ready")


def hashes_password(scope: Scope) -> bool:
    """Whether a request may sign in, sign up, or set or try a password or passcode."""
    path: str = scope["path"]
    if scope["method"] == "PATCH":
        return path.startswith("/api/v1/rooms/")
    return scope["method"] == "POST" and (
        path.startswith("/accounts/") or path.endswith(("/passcode", "/settings", "/invitees", "/api/v1/rooms"))
    )


class Gate:
    """Lets ``count`` requests at once into ``application``, of which ``hashing`` may hash a password.

    The others wait. Keys take turns (``key_of`` gives the address of a request), so nobody waits for many requests of another
    address. A request that has waited for ``patience`` seconds gets ``unavailable(path)``. A request that has begun is not
    cancelled when its connection is lost: its thread continues in any case, and must give its database connection back.
    """

    def __init__(
        self,
        application: Application,
        count: int,
        hashing: int,
        unavailable: Callable[[str], HttpResponse],
        key_of: Callable[[Scope], str],
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._application = application
        self._pages = Places(count - hashing)
        self._hashing = Places(hashing)
        self._probes = {path: Places(1) for path in PROBES}
        self._unavailable = unavailable
        self._key_of = key_of
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        places = self._places(scope)
        try:
            async with asyncio.timeout(self._patience):
                await places.acquire(self._key_of(scope))
        except TimeoutError:
            logger.warning("A request has waited for %d seconds and is refused", self._patience)
            for message in responses.messages(self._unavailable(scope["path"])):
                await send(message)
            return
        await asyncio.shield(asyncio.create_task(self._enter(places, scope, receive, send)))

    def _places(self, scope: Scope) -> Places:
        return self._probes.get(scope["path"]) or (self._hashing if hashes_password(scope) else self._pages)

    async def _enter(self, places: Places, scope: Scope, receive: Any, send: Send) -> None:
        try:
            await self._application(scope, receive, send)
        finally:
            places.release()
