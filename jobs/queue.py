"""The queue of jobs in the database: putting, taking, and what became of a job.

All times are the database's, because clocks of processes may be wrong. A job is taken for ``LEASE``, which its process prolongs
while it runs. When the process is killed, the job is due again at the end of the lease.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.db.models import Count, DurationField, ExpressionWrapper, Min, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from jobs.kinds import Kind
from jobs.models import Job
from jobs.sealing import seal

Status = Job.Status

LEASE: Final = timedelta(seconds=10)
#: How long a job that is over can be seen, run again if it failed, and keeps its key.
KEPT: Final = timedelta(days=14)
#: Rows of one statement.
BATCH: Final = 500
OPEN: Final = (Status.WAITING, Status.RUNNING)
FAILED: Final = (Status.REFUSED, Status.GIVEN_UP)

_bell = threading.Condition()


class Order(NamedTuple):
    """A job to put. ``about``: for whom or for what, for lists. ``due``: not before then, by default at once.

    ``key``: no job is put if there is one with this key already, also if that one is done.
    """

    about: str
    arguments: Mapping[str, Any]
    key: str | None = None
    due: datetime | Combinable | None = None


def put(
    kind: Kind,
    arguments: Mapping[str, Any] | None = None,
    *,
    about: str = "",
    key: str | None = None,
    due: datetime | Combinable | None = None,
) -> Job | None:
    """Put a job into the queue. It is due after the commit at the earliest. None if there is one with this key already."""
    fields = _fields(kind, Order(about, arguments or {}, key, due))
    job, new = (Job.objects.create(**fields), True) if key is None else Job.objects.get_or_create(key=key, defaults=fields)
    transaction.on_commit(ring)
    return job if new else None


@transaction.atomic
def put_all(kind: Kind, orders: Iterable[Order]) -> list[Job]:
    """Put many jobs. Returns those that were put: not one whose key is taken, and of two with the same key the first.

    Raises ValueError if an order with a key has no arguments: by them this knows its own jobs among those put by others.
    """
    jobs = [Job(**_fields(kind, order)) for order in orders]
    transaction.on_commit(ring)
    free = Job.objects.bulk_create([job for job in jobs if job.key is None], batch_size=BATCH)
    return free + _insert_missing(job for job in jobs if job.key is not None)


def _fields(kind: Kind, order: Order) -> dict[str, Any]:
    fields = {"kind": kind.name, "about": order.about, "key": order.key, "sealed": seal(dict(order.arguments))}
    return fields if order.due is None else fields | {"due_at": order.due}


def _insert_missing(jobs: Iterable[Job]) -> list[Job]:
    ours: dict[str, Job] = {}
    for job in jobs:
        ours.setdefault(str(job.key), job)
    if not all(job.sealed for job in ours.values()):
        raise ValueError("a job with a key needs arguments")
    # Two processes that insert the same keys in the same order never wait for each other in a circle.
    Job.objects.bulk_create([ours[key] for key in sorted(ours)], batch_size=BATCH, ignore_conflicts=True)
    found = Job.objects.in_bulk(list(ours), field_name="key")
    # Encryption makes each ``sealed`` different.
    return [job for key, job in found.items() if job.sealed == ours[key].sealed]


def plan(kinds: Iterable[Kind]) -> None:
    """Put the jobs of periodic kinds. Any number of processes do so at each start: their keys are unique."""
    for kind in kinds:
        if kind.every is not None:
            put(kind, key=kind.name)


def take(kinds: Collection[str], held: Collection[int] = ()) -> Job | None:
    """Take the job that has been due longest. Nobody else takes it until its lease ends.

    ``held``: those that this process is doing. It does not take them again, even if it could not prolong their leases.
    """
    due = Job.objects.filter(status__in=OPEN, due_at__lte=Now(), kind__in=kinds).exclude(pk__in=held)
    # SQLite locks the file at the beginning of a transaction. So none begins where there is nothing to do.
    if not due.exists():
        return None
    with transaction.atomic():
        job = due.select_for_update(skip_locked=True).order_by("due_at").first()
        if job is not None:
            job.attempts += 1
            job.status = Status.RUNNING
            Job.objects.filter(pk=job.pk).update(status=job.status, attempts=job.attempts, due_at=Now() + LEASE)
    return job


def prolong(pks: Collection[int]) -> None:
    """Prolong the leases of jobs that run."""
    Job.objects.filter(pk__in=pks, status=Status.RUNNING).update(due_at=Now() + LEASE)


def finish(job: Job, kind: Kind) -> None:
    if kind.every is None:
        _write(job, status=Status.DONE, sealed="", error="", finished_at=Now())
    else:
        _write(job, status=Status.WAITING, attempts=0, error="", due_at=Now() + kind.every, finished_at=Now())


def refuse(job: Job, error: str) -> None:
    """It would fail again."""
    _write(job, status=Status.REFUSED, error=error, finished_at=Now())


def give_up(job: Job, error: str) -> None:
    _write(job, status=Status.GIVEN_UP, error=error, finished_at=Now())


def postpone(job: Job, kind: Kind, error: str) -> None:
    """Try again after a pause. After the last one the job is given up."""
    if (pause := kind.pause(job.attempts)) is None:
        give_up(job, error)
    else:
        _write(job, status=Status.WAITING, error=error, due_at=Now() + pause)


def again(jobs: QuerySet[Job]) -> int:
    """Run those that failed again, with all their attempts. Returns how many."""
    count = jobs.filter(status__in=FAILED).update(status=Status.WAITING, attempts=0, due_at=Now(), finished_at=None)
    transaction.on_commit(ring)
    return count


def outdated(now: datetime | Combinable) -> QuerySet[Job]:
    """Jobs that have been over for long."""
    return Job.objects.exclude(status__in=OPEN).filter(finished_at__lt=now - KEPT)


@dataclass(frozen=True)
class Backlog:
    """``overdue``: how long the first of the jobs that are due has waited; ``waiting``: how many they are.
    ``failed``: how many were refused or given up.
    """

    overdue: timedelta
    waiting: int
    failed: int


def backlog() -> Backlog:
    overdue = ExpressionWrapper(Now() - Min("due_at"), DurationField())
    due = Job.objects.filter(status__in=OPEN, due_at__lte=Now()).aggregate(overdue=overdue, waiting=Count("pk"))
    return Backlog(due["overdue"] or timedelta(0), due["waiting"], Job.objects.filter(status__in=FAILED).count())


def ring() -> None:
    """Wake the runner of this process. Those of others look every second."""
    with _bell:
        _bell.notify_all()


def wait(seconds: float) -> None:
    """Until :func:`ring`, or for so long."""
    with _bell:
        _bell.wait(seconds)


def _write(job: Job, **values: Any) -> None:
    """Does nothing if the lease has ended and another process has taken the job."""
    Job.objects.filter(pk=job.pk, attempts=job.attempts, status=Status.RUNNING).update(**values)
