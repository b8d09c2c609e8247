"""What the dashboard shows: figures from the digests of the workers, and how each part of the deployment is."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis import RedisError

from conference.findings import Finding
from jobs import queue
from rooms.models import Room
from schedule.charts import Bar, bars
from signaling import live
from signaling.digest import Digest, Overview, Sums, Tally

#: Rooms that are listed: those with failing pairs first, then the fullest.
LISTED: Final = 20
#: Where the job that tries the relays puts what it found.
RELAYS: Final = "relays"
#: Jobs that are due are done within seconds.
OVERDUE_SECONDS: Final = 60
#: An event loop that is later than this delays signals noticeably.
LATE_SECONDS: Final = 0.25

State = Literal["good", "bad", "unused", "unknown"]


@dataclass(frozen=True)
class Part:
    """One part of the deployment, and how it is. ``words`` are for people."""

    name: str
    state: State
    words: str


@dataclass(frozen=True)
class Figure:
    name: str
    value: str
    about: str = ""


@dataclass(frozen=True)
class Chart:
    """``most`` is the highest bar, ``about`` says the same in words."""

    id: str
    title: str
    about: str
    most: int
    bars: list[Bar]
    begin: str


@dataclass(frozen=True)
class Listed:
    """A room in the list. It has no name if it was deleted this moment, or the database is away."""

    id: str
    name: str
    sums: Sums
    relayed: str


@dataclass(frozen=True)
class WorkerLine:
    name: str
    state: State
    words: str
    rooms: int
    people: int
    lately: Tally
    lag: str


def picture() -> dict[str, Any]:
    """The context of the dashboard. Blocking. Whatever is away is said to be away."""
    began = time.monotonic()
    overview = live.overview()
    took = time.monotonic() - began
    database = _database()
    found: dict[str, Any] = {"known": overview is not None, "parts": list(_parts(overview, took, database))}
    if overview is not None:
        rooms = overview.rooms
        found |= {
            "figures": list(_figures(rooms)),
            "charts": list(_charts(overview)),
            "rooms": _listed(rooms, database.state == "good"),
            "others": max(0, len(rooms) - LISTED),
            "workers": [_line(digest) for digest in overview.digests],
        }
    return found


def _figures(rooms: dict[str, Sums]) -> Iterator[Figure]:
    total = sum(rooms.values(), Sums())
    yield Figure(_("Rooms in use"), _number(sum(sums.present > 0 for sums in rooms.values())))
    yield Figure(_("People"), _number(total.present), _waiting(total.waiting))
    yield Figure(_("Pairs"), _number(-(-total.ends // 2)), _("as browsers report them"))
    yield Figure(_("Relayed"), relayed(total), _("of the connected pairs"))
    yield Figure(_("Failing"), _number(total.failing), _("reports of not reaching or not hearing somebody"))


def _waiting(count: int) -> str:
    return ngettext("%(count)s more is waiting", "%(count)s more are waiting", count) % {"count": _number(count)} if count else ""


def relayed(sums: Sums) -> str:
    """The share of the connected that is relayed."""
    if not sums.connected:
        return "–"
    return _("%(share)s %%") % {"share": round(100 * sums.relayed / sums.connected)}


def _charts(overview: Overview) -> Iterator[Chart]:
    hour, day = _("60 minutes ago"), _("24 hours ago")
    yield _chart("joins-hour", _("Joins in the last hour"), [tally.joins for tally in overview.minutes], hour)
    yield _chart("refusals-hour", _("Refusals in the last hour"), [tally.refusals for tally in overview.minutes], hour)
    yield _chart("joins-day", _("Joins in the last day"), [tally.joins for tally in overview.hours], day)
    yield _chart("refusals-day", _("Refusals in the last day"), [tally.refusals for tally in overview.hours], day)


def _chart(id: str, title: str, values: Sequence[int], begin: str) -> Chart:
    most = max(values)
    about = _("%(total)s in all, at most %(most)s at once.") % {"total": _number(sum(values)), "most": _number(most)}
    return Chart(id, title, about, most, bars([(value, _number(value)) for value in values], most), begin)


def _listed(rooms: dict[str, Sums], ask: bool) -> list[Listed]:
    first = sorted(rooms.items(), key=lambda item: (-item[1].failing, -item[1].present, item[0]))[:LISTED]
    names = (
        {str(key): name for key, name in Room.objects.filter(pk__in=[room for room, _sums in first]).values_list("pk", "name")}
        if ask
        else {}
    )
    return [Listed(room, names.get(room, ""), sums, relayed(sums)) for room, sums in first]


def _line(digest: Digest) -> WorkerLine:
    state, words = _condition(digest)
    lag = _("%(milliseconds)s ms") % {"milliseconds": _number(round(digest.lag * 1000))}
    return WorkerLine(digest.worker, state, words, len(digest.rooms), digest.total.present, digest.lately, lag)


def _condition(digest: Digest) -> tuple[State, str]:
    if digest.degraded:
        return "bad", _("Does not reach Redis and takes nobody in")
    if digest.draining:
        return "unused", _("Is ending and sends its people to other workers")
    if digest.lag > LATE_SECONDS:
        return "bad", _("Was late: its processor is too busy")
    return "good", _("Takes people in")


def _parts(overview: Overview | None, took: float, database: Part) -> Iterator[Part]:
    yield _workers(overview)
    yield _redis(overview, took)
    yield database
    yield _jobs(database)
    yield _relay()


def _workers(overview: Overview | None) -> Part:
    if overview is None:
        return Part(_("Workers"), "unknown", _("Not known while the roster does not answer"))
    count = len(overview.digests)
    if not count:
        return Part(_("Workers"), "bad", _("None has told of itself within ten seconds"))
    well = sum(_condition(digest)[0] != "bad" for digest in overview.digests)
    words = ngettext("%(well)s of %(count)s works well", "%(well)s of %(count)s work well", count)
    return Part(_("Workers"), "good" if well == count else "bad", words % {"well": _number(well), "count": _number(count)})


def _redis(overview: Overview | None, took: float) -> Part:
    if settings.EMBEDDED:
        return Part(_("Redis"), "unused", _("This is one process with its rooms in memory"))
    if overview is None:
        return Part(_("Redis"), "bad", _("Does not answer: calls go on, but nobody can join"))
    return Part(_("Redis"), "good", _answered(took))


def _database() -> Part:
    began = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Part(_("Database"), "bad", _("Does not answer: nobody can sign in or join"))
    return Part(_("Database"), "good", _answered(time.monotonic() - began))


def _answered(seconds: float) -> str:
    """Roughly, so that a page that is compared with the one before differs only when this does."""
    for bound in (10, 50, 200, 1000):
        if seconds * 1000 < bound:
            return _("Answers within %(bound)s ms") % {"bound": bound}
    return _("Answers slowly, in more than a second")


def _jobs(database: Part) -> Part:
    if database.state != "good":
        return Part(_("Jobs"), "unknown", _("Not known while the database does not answer"))
    backlog = queue.backlog()
    overdue = round(backlog.overdue.total_seconds())
    counts = {"waiting": _number(backlog.waiting), "failed": _number(backlog.failed), "days": queue.KEPT.days}
    words = _("%(waiting)s are due, %(failed)s failed in the last %(days)s days") % counts
    if overdue > OVERDUE_SECONDS:
        return Part(
            _("Jobs"), "bad", _("The first has waited for %(seconds)s seconds: mail is late") % {"seconds": _number(overdue)}
        )
    return Part(_("Jobs"), "bad" if backlog.failed else "good", words)


def _relay() -> Part:
    try:
        findings = [Finding(**finding) for finding in cache.get(RELAYS) or ()]
    except RedisError:
        findings = []
    if not findings:
        return Part(_("Relay"), "unknown", _("Was not tried in the last minutes"))
    wrong = [finding for finding in findings if finding.advice]
    if wrong:
        return Part(_("Relay"), "bad", "; ".join(f"{finding.part}: {finding.result}" for finding in wrong))
    if not settings.TURN_URLS:
        return Part(_("Relay"), "unused", _("There is none: people behind strict networks do not see each other"))
    return Part(_("Relay"), "good", _("Relays, tried within the last minutes"))


def _number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)
