"""All kinds of jobs. A runner does no others: a job of a kind that only a newer release knows waits for its runners."""

from __future__ import annotations

from typing import Final

from accounts import outbox
from conference import cleaning

KINDS: Final = (outbox.SEND, outbox.ADOPT, cleaning.CLEAN)
