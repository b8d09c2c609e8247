"""The application that daphne serves, and the worker behind its sockets."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import django
from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conference.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 - the rest needs Django to be set up

from accounts import networks  # noqa: E402
from accounts.streams import Streams  # noqa: E402
from conference.boundary import Boundary  # noqa: E402
from conference.ending import Ending, stop_listening  # noqa: E402
from conference.gate import PROBES, Gate  # noqa: E402
from conference.handler import Handler  # noqa: E402
from conference.kinds import KINDS  # noqa: E402
from conference.lock import sole  # noqa: E402
from conference.static import CollectedFiles  # noqa: E402
from conference.unavailable import answer as unavailable  # noqa: E402
from conference.workers import serving  # noqa: E402
from jobs.runner import Runner  # noqa: E402
from rooms.sockets import address  # noqa: E402
from signaling import process  # noqa: E402
from signaling.routing import sockets  # noqa: E402
from signaling.worker import Worker  # noqa: E402


class Application:
    """Begins in the event loop: when the server calls :meth:`begin`, at the latest at the first event. Passes everything on."""

    def __init__(self, worker: Worker, router: Any, runner: Runner | None) -> None:
        self._worker = worker
        self._runner = runner
        self._router = router
        self._ending: Ending | None = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.begin()
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._router(scope, receive, send)

    def begin(self) -> None:
        """Start the worker, and the jobs, which do not wait for a visitor."""
        if self._ending is None:
            self._worker.start()
            if self._runner is not None:
                self._runner.start()
            self._ending = Ending(self._end)

    async def _end(self) -> None:
        stop_listening()
        streams.close()
        await self._worker.drain()
        await self._stop()

    async def _stop(self) -> None:
        await self._worker.stop()
        if self._runner is not None:
            await asyncio.to_thread(self._runner.stop)

    async def _live(self, receive: Any, send: Any) -> None:
        """Handle the lifespan protocol, which other servers than daphne speak."""
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._stop()
        await send({"type": "lifespan.shutdown.complete"})


if settings.EMBEDDED:
    lock = sole(settings.VAR_DIR / "server.lock")
worker = serving()
process.use(worker)
gate = Gate(
    Handler(settings.PAGES_AT_ONCE + len(PROBES)),
    settings.PAGES_AT_ONCE,
    settings.PASSWORDS_AT_ONCE,
    unavailable,
    key_of=lambda scope: networks.client_prefix(address(scope)),
)
streams = Streams(gate)
http = CollectedFiles(streams, settings.STATIC_ROOT, settings.STATIC_URL)
router = ProtocolTypeRouter({"http": http, "websocket": sockets(worker, settings.ORIGINS, address)})
# Several servers have processes of their own for jobs (manage.py run_jobs).
application = Application(worker, Boundary(router, settings.ORIGINS), Runner(KINDS) if settings.EMBEDDED else None)
