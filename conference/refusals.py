"""Limits the log of refused requests, which anybody can cause: short lines, one a minute for each kind."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

#: Django's loggers of refused requests, such as a form without its cookie or with too many fields.
LOGGERS: Final = "django.security."
QUIET_SECONDS: Final = 60.0
LENGTH: Final = 300


class LimitRefusals(logging.Filter):
    """Lets one line of each of ``LOGGERS`` through in ``QUIET_SECONDS``, cut to ``LENGTH`` and without a traceback."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._quiet_until: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith(LOGGERS):
            return True
        if self._now() < self._quiet_until.get(record.name, 0.0):
            return False
        self._quiet_until[record.name] = self._now() + QUIET_SECONDS
        record.msg, record.args = record.getMessage()[:LENGTH], ()
        record.exc_info = record.exc_text = None
        return True
