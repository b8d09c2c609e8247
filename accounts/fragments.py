"""Parts of pages that a process renders once and keeps, because they are the same each time that the same is on them."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import Final

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

#: Parts that a process keeps: some megabytes, or at most some sixty, if all are days full of the longest titles.
KEPT: Final = 1000

#: The language and the time zone of whoever reads the page.
Reader = tuple[str | None, str]


def reader() -> Reader:
    return get_language(), timezone.get_current_timezone_name()


@lru_cache(maxsize=KEPT)
def fragment(template: str, _reader: Reader, **facts: Hashable) -> SafeString:
    """The template, which shows these facts and nothing else: it does not ask for the time, the request or the database.

    The facts must compare by all that is shown of them. So a row of the database is none.
    """
    return render_to_string(template, dict(facts))
