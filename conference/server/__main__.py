"""``python -m conference.server``: the one program that serves, at ``HOST`` and ``PORT``."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Any, Final

import daphne.server  # noqa: F401 - chooses Twisted's reactor, so before anything else of Twisted
from twisted.internet import reactor

from conference.env import Misconfigured

if TYPE_CHECKING:
    from conference.server.server import Server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conference.settings")


SWITCH_SECONDS: Final = 0.0005
"""How long a thread that makes a page may keep the loop waiting. Each of them takes its turn."""


def load() -> Server:
    """The server, with every view imported. All permanent objects are hidden from the garbage collector.

    Otherwise each full collection visits them, and delays signals by 60 ms.
    """
    from django.conf import settings
    from django.urls import get_resolver

    from conference.asgi import application
    from conference.server.server import Server

    server = Server(application, settings.HOST, settings.PORT)
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_SECONDS)
    return server


def main() -> None:
    """Serve. Raises SystemExit with 1 if no port could be opened."""
    server = load()
    loop: Any = reactor
    loop.callLater(0, server.application.begin)
    server.run()
    sys.exit(int(server.abort_start))


if __name__ == "__main__":
    try:
        main()
    except Misconfigured as error:
        sys.exit(str(error))
