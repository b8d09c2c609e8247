from __future__ import annotations

import signal
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand

from conference.kinds import KINDS
from conference.relay_reader import RelayReader
from jobs.runner import Runner

#: Threads that send mail. While a mail server takes a second for each mail, they send so many a second.
OUTSIDE: Final = 4
ENDING: Final = frozenset({signal.SIGTERM, signal.SIGINT})


class Command(BaseCommand):
    help = (
        "Does jobs (mail, cleaning), and reads what the relay says of its use, until it is told to end. Any number may run. "
        "A server without REDIS_URL does its jobs itself."
    )

    def handle(self, **options: Any) -> None:
        # Blocked before there are threads, which inherit it.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        runner = Runner(KINDS, outside=OUTSIDE)
        runner.start()
        reader = RelayReader(settings.RELAY_STATISTICS_URL) if settings.RELAY_STATISTICS_URL else None
        if reader is not None:
            reader.start()
        signal.sigwait(ENDING)
        # A second one ends this at once.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        if reader is not None:
            reader.stop()
        runner.stop()
