"""Slugs: the public name of a room, ``abc-defg-hij``. Ten letters are 47 bits, so guessing needs throttled years."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Callable
from urllib.parse import urlsplit

PATTERN = "[a-z]{3}-[a-z]{4}-[a-z]{3}"
GROUPS = (3, 4, 3)


def make(choose: Callable[[str], str] = secrets.choice) -> str:
    """A fresh slug, letter by letter from ``choose``."""
    return "-".join("".join(choose(string.ascii_lowercase) for _ in range(size)) for size in GROUPS)


def fits(text: str) -> bool:
    """Has this the form of a slug?"""
    return re.fullmatch(PATTERN, text) is not None


def read(text: str) -> str | None:
    """The slug somebody meant: typed with or without dashes, in any case, or pasted as a whole link. None if it is no slug."""
    typed = text.strip().lower()
    if "/" in typed:
        typed = _last_part(typed)
    letters = re.sub(r"[\s-]+", "", typed)
    if not re.fullmatch("[a-z]{10}", letters):
        return None
    return f"{letters[:3]}-{letters[3:7]}-{letters[7:]}"


def _last_part(link: str) -> str:
    try:
        return urlsplit(link).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return ""
