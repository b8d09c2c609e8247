"""All kinds of jobs, and what follows events.

A runner does no other jobs: one of a kind that only a newer release knows waits for its runners.
"""

from __future__ import annotations

from typing import Final

from accounts import outbox
from conference import cleaning, relays
from schedule import farewells, mails, planning, reminders, summaries
from webhooks import deliveries

FOLLOWERS: Final = (reminders.FOLLOW, summaries.FOLLOW, deliveries.FOLLOW)
KINDS: Final = (
    outbox.SEND,
    outbox.ADOPT,
    cleaning.CLEAN,
    relays.TRY,
    planning.PLAN,
    mails.TELL,
    farewells.BID,
    reminders.PLAN,
    reminders.REMIND,
    reminders.SEND,
    summaries.SUMMARISE,
    summaries.SEND,
    deliveries.SEND,
    *[follower.job for follower in FOLLOWERS],
)
