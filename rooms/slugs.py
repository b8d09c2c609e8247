"""Slugs: the public name of a room, ``abc-defg-hij``. Ten letters are 47 bits: with limits, guessing one takes years."""

from __future__ import annotations

import re
import secrets
import string
import unicodedata
from collections.abc import Callable
from urllib.parse import urlsplit

PATTERN = "[a-z]{3}-[a-z]{4}-[a-z]{3}"
GROUPS = (3, 4, 3)


def make(choose: Callable[[str], str] = secrets.choice) -> str:
    """A fresh slug, letter by letter from ``choose``."""
    return "-".join("".join(choose(string.ascii_lowercase) for _ in range(size)) for size in GROUPS)


def fits(text: str) -> bool:
    """Whether this has the form of a slug."""
    return re.fullmatch(PATTERN, text) is not None


def read(text: str) -> str | None:
    """The slug somebody meant; None if it is no slug.

    It may be in any case, with any dashes or none, in brackets, with a full stop or a slash behind it, or a whole link.
    """
    typed = re.sub(r"[\W_]+$", "", text)
    letters = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", _last_part(typed) if "/" in typed else typed)).lower()
    if not re.fullmatch("[a-z]{10}", letters):
        return None
    return f"{letters[:3]}-{letters[3:7]}-{letters[7:]}"


def _last_part(link: str) -> str:
    try:
        return urlsplit(link).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return ""
