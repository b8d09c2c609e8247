"""One-time links are keys: whoever reads one in a log can use it."""

from __future__ import annotations

import logging
import re

_LINK = re.compile(r"(/(?:setup|invitation|accounts/password/reset/key|accounts/confirm-email)/)[^\s\"'?#]+")


class RedactLinks(logging.Filter):
    """Takes the tokens of setup, invitation, password reset and address confirmation links out of a message."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _LINK.sub(r"\1…", record.getMessage()), ()
        return True
