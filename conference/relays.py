"""Whether the relays work: tried once a minute as a periodic job, for the dashboard."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Final

from django.core.cache import cache

from conference import examination
from conference.overview import RELAYS
from jobs.kinds import Kind, Over

#: Longer than two attempts are apart.
KEPT_SECONDS: Final = 300


def _try(over: Over) -> None:
    cache.set(RELAYS, [asdict(finding) for finding in examination.relays()], KEPT_SECONDS)


TRY: Final = Kind("conference.relays", _try, outside=True, every=timedelta(minutes=1))
