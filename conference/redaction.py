"""Removes one-time links from logs: whoever reads one could use it."""

from __future__ import annotations

import logging
import re

_LINK = re.compile(r"(/(?:setup|invitation|invited|feed|accounts/password/reset/key|accounts/confirm-email)/)[^\s\"'?#]+")


class RedactLinks(logging.Filter):
    """Removes the tokens of setup, invitation, feed, password reset and address confirmation links from a message."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _LINK.sub(r"\1…", record.getMessage()), ()
        return True
