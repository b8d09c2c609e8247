"""``python -m conference.server``: the one program that serves, at ``HOST`` and ``PORT``."""

from __future__ import annotations

import os
import sys

import daphne.server  # noqa: F401 - chooses Twisted's reactor, so before anything else of Twisted

from conference.env import Misconfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conference.settings")


def main() -> None:
    """Raises SystemExit with 1 when nothing could be listened on."""
    from django.conf import settings

    from conference.asgi import application
    from conference.server.server import Server

    server = Server(application, settings.HOST, settings.PORT)
    server.run()
    sys.exit(int(server.abort_start))


if __name__ == "__main__":
    try:
        main()
    except Misconfigured as error:
        sys.exit(str(error))
