"""Removes one-time links from logs: whoever reads one could use it."""

from __future__ import annotations

import logging
import re

_LINK = re.compile(
    r"(/(?:setup|join|invitation|invited|feed|notifications/silence|accounts/password/reset/key|accounts/confirm-email)/)[^\s\"'?#]+"
)


class RedactLinks(logging.Filter):
    """Removes the tokens of links from a message: whoever reads a log could use them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _LINK.sub(r"\1…", record.getMessage()), ()
        return True
