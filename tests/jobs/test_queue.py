"""The queue of jobs on a real database: who takes what, and what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import close_old_connections, transaction
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from jobs import queue
from jobs.kinds import PAUSES, Hopeless, Kind, Over
from jobs.models import Job
from tests.working import work_off

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


class Work:
    """What was done, in order. ``failure`` is raised each time."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.done: list[dict[str, Any]] = []
        self.failure = failure

    def __call__(self, over: Over, **arguments: Any) -> None:
        self.done.append(arguments)
        if self.failure:
            raise self.failure


def taken(kind: Kind) -> Job:
    job = queue.take([kind.name])
    assert job is not None
    return job


def at_once(count: int, work: Callable[[], Any]) -> list[Any]:
    """What ``work`` returns in so many threads, each with a connection of its own."""

    def run() -> Any:
        try:
            return work()
        finally:
            close_old_connections()

    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(count)]]


def test_a_job_is_done_once_with_its_arguments() -> None:
    work = Work()
    kind = Kind("wave", work)
    queue.put(kind, {"to": "bob"}, about="Bob")
    work_off(kind)
    work_off(kind)
    assert work.done == [{"to": "bob"}]
    job = Job.objects.get()
    assert (job.status, job.sealed, str(job)) == ("done", "", "wave Bob") and job.finished_at


def test_a_job_of_a_change_that_is_rolled_back_never_was() -> None:
    kind = Kind("wave", Work())
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue.put(kind)
        raise ZeroDivisionError
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_several_runners_take_each_job_once() -> None:
    kind = Kind("wave", Work())
    queue.put_all(kind, [queue.Order(str(number), {}) for number in range(60)])

    def take_all() -> list[int]:
        jobs = []
        while (job := queue.take([kind.name])) is not None:
            jobs.append(job.pk)
        return jobs

    counted = Counter(pk for jobs in at_once(4, take_all) for pk in jobs)
    assert len(counted) == 60 and set(counted.values()) == {1}


@pytest.mark.django_db(transaction=True)
def test_several_schedulers_put_a_job_with_a_key_once() -> None:
    kind = Kind("remind", Work())
    put = at_once(4, lambda: queue.put(kind, key="remind:1"))
    assert Job.objects.count() == 1 and sum(job is not None for job in put) == 1
    work_off(kind)
    assert queue.put(kind, key="remind:1") is None
    assert queue.put(kind, key="remind:2") is not None


@pytest.mark.django_db(transaction=True)
def test_several_schedulers_put_many_jobs_with_keys_once() -> None:
    """Each is told which jobs it put itself, so that what belongs to a job is written once, too."""
    kind = Kind("remind", Work())
    queue.put_all(kind, [queue.Order("", {"number": 0}, "remind:0")])
    work_off(kind)
    numbers = [*range(30), 7]

    def put_all() -> list[str | None]:
        orders = [queue.Order("", {"number": number}, f"remind:{number}") for number in numbers]
        return [job.key for job in queue.put_all(kind, orders)]

    put = [key for keys in at_once(4, put_all) for key in keys]
    assert Job.objects.count() == 30
    assert sorted(put, key=str) == sorted(f"remind:{number}" for number in range(1, 30))


def test_of_two_orders_with_one_key_the_first_is_put() -> None:
    work = Work()
    kind = Kind("remind", work)
    queue.put_all(kind, [queue.Order("", {"to": "bob"}, "bob"), queue.Order("", {"to": "robert"}, "bob")])
    work_off(kind)
    assert work.done == [{"to": "bob"}]


def test_many_with_keys_need_arguments() -> None:
    with pytest.raises(ValueError, match="arguments"):
        queue.put_all(Kind("remind", Work()), [queue.Order("", {}, "bob")])
    assert not Job.objects.exists()


def test_a_job_is_not_done_before_it_is_due() -> None:
    work = Work()
    kind = Kind("remind", work)
    later = timezone.now() + HOUR
    queue.put(kind, {"to": "alice"}, due=later)
    queue.put(kind, {"to": "bob"}, key="bob", due=Now() + HOUR)
    orders = [queue.Order("", {"to": "carol"}, due=later), queue.Order("", {"to": "dave"}, "dave", Now() + HOUR)]
    queue.put_all(kind, [*orders, queue.Order("", {"to": "erin"}, due=Now() - HOUR), queue.Order("", {"to": "frank"})])
    work_off(kind)
    assert sorted(done["to"] for done in work.done) == ["erin", "frank"]
    Job.objects.filter(status="waiting").update(due_at=Now())
    work_off(kind)
    assert len(work.done) == 6


def test_a_job_of_a_process_that_died_is_done_by_another() -> None:
    kind = Kind("wave", Work())
    queue.put(kind)
    dead = taken(kind)
    assert queue.take([kind.name]) is None
    Job.objects.update(due_at=Now())
    again = taken(kind)
    assert (again.pk, again.attempts) == (dead.pk, 2)


def test_a_process_does_not_take_what_it_is_doing() -> None:
    kind = Kind("wave", Work())
    queue.put(kind)
    job = taken(kind)
    Job.objects.update(due_at=Now())
    assert queue.take([kind.name], {job.pk}) is None
    assert queue.take([kind.name], set()) is not None


def test_a_process_that_was_away_writes_nothing_over_the_one_that_took_its_job() -> None:
    kind = Kind("wave", Work())
    queue.put(kind)
    late = taken(kind)
    Job.objects.update(due_at=Now())
    other = taken(kind)
    queue.finish(late, kind)
    assert Job.objects.get().status == "running"
    queue.finish(other, kind)
    queue.postpone(late, kind, "late")
    assert Job.objects.get().status == "done"


def test_a_lease_is_prolonged_while_the_job_runs() -> None:
    kind = Kind("wave", Work())
    queue.put(kind)
    job = taken(kind)
    Job.objects.update(due_at=Now())
    queue.prolong({job.pk})
    assert queue.take([kind.name]) is None


def test_leases_do_not_depend_on_the_clock_of_a_process(wrong_clock: None) -> None:
    kind = Kind("wave", Work())
    queue.put(kind)
    taken(kind)
    assert queue.take([kind.name]) is None
    assert Job.objects.filter(due_at__lte=Now() + queue.LEASE).exists()


def test_the_pauses_grow_and_then_it_is_given_up() -> None:
    work = Work(OSError("no route"))
    kind = Kind("call", work)
    queue.put(kind)
    waits = []
    for _ in PAUSES:
        work_off(kind)
        job = Job.objects.get()
        assert (job.status, job.failing, job.error) == ("waiting", True, "OSError: no route")
        waits.append(round((job.due_at - timezone.now()) / timedelta(minutes=1)))
        Job.objects.update(due_at=Now())
    assert waits == [pause / timedelta(minutes=1) for pause in PAUSES]
    work_off(kind)
    assert Job.objects.get().status == "given_up"
    work_off(kind)
    assert len(work.done) == len(PAUSES) + 1


def test_one_that_would_fail_again_is_refused_at_once() -> None:
    kind = Kind("call", Work(Hopeless("nobody there")))
    queue.put(kind, {"secret": 1})
    work_off(kind)
    job = Job.objects.get()
    assert (job.status, job.attempts, job.error) == ("refused", 1, "nobody there")


def test_one_that_failed_is_run_again_with_all_its_attempts() -> None:
    work = Work(Hopeless("nobody there"))
    kind = Kind("call", work)
    queue.put(kind, {"to": "bob"})
    work_off(kind)
    assert queue.again(Job.objects.all()) == 1
    work.failure = None
    work_off(kind)
    assert Job.objects.get().status == "done" and work.done == [{"to": "bob"}] * 2
    assert queue.again(Job.objects.all()) == 0


def test_one_that_ends_its_process_each_time_is_given_up() -> None:
    work = Work()
    kind = Kind("explode", work)
    queue.put(kind)
    for _ in range(len(PAUSES) + 1):
        taken(kind)
        Job.objects.update(due_at=Now())
    work_off(kind)
    assert Job.objects.get().status == "given_up" and not work.done


def test_a_periodic_job_is_put_once_and_done_again_after_its_time() -> None:
    work = Work()
    kind = Kind("sweep", work, every=HOUR)
    for _ in range(2):
        queue.plan([kind])
        work_off(kind)
    assert len(work.done) == 1
    job = Job.objects.get()
    assert (job.status, job.attempts) == ("waiting", 0)
    assert timedelta(minutes=55) < job.due_at - timezone.now() < timedelta(minutes=65)
    Job.objects.update(due_at=Now())
    work_off(kind)
    assert len(work.done) == 2


def test_a_periodic_job_that_fails_is_tried_sooner_and_never_given_up() -> None:
    work = Work(OSError("disk full"))
    kind = Kind("sweep", work, every=timedelta(minutes=10))
    queue.plan([kind])
    for attempt in range(len(PAUSES) + 3):
        if attempt == 2:
            work.failure = Hopeless("disk gone")
        work_off(kind)
        job = Job.objects.get()
        assert job.failing and job.due_at - timezone.now() < timedelta(minutes=min(1 + 10 * attempt, 10), seconds=30)
        Job.objects.update(due_at=Now())
    work.failure = None
    work_off(kind)
    job = Job.objects.get()
    assert (job.status, job.attempts, job.error) == ("waiting", 0, "")


def test_a_job_that_only_a_newer_release_knows_waits_for_it() -> None:
    queue.put(Kind("holograms", Work()))
    work_off(Kind("wave", Work()))
    assert Job.objects.get().status == "waiting"


def test_arguments_are_not_readable_and_another_secret_key_does_not_open_them(settings: Settings) -> None:
    work = Work()
    kind = Kind("wave", work)
    job = queue.put(kind, {"link": "https://example.org/secret"})
    assert job is not None and "secret" not in job.sealed
    settings.SECRET_KEY = "another"
    work_off(kind)
    job.refresh_from_db()
    assert (job.status, work.done) == ("refused", []) and "SECRET_KEY" in job.error


def test_a_periodic_job_outlives_its_secret_key(settings: Settings) -> None:
    work = Work()
    kind = Kind("sweep", work, every=HOUR)
    queue.plan([kind])
    settings.SECRET_KEY = "another"
    work_off(kind)
    assert len(work.done) == 1


def test_a_reason_that_no_database_takes_is_kept_without_its_odd_characters() -> None:
    kind = Kind("call", Work(OSError("550 \0\ud800\n" + 400 * "x")))
    queue.put(kind)
    work_off(kind)
    job = Job.objects.get()
    assert (job.status, job.attempts) == ("waiting", 1) and job.error.startswith("OSError: 550    xxx")


def test_where_nothing_is_due_nothing_is_written(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Each thread looks every second."""
    kind = Kind("wave", Work())
    Job.objects.create(kind=kind.name, due_at=timezone.now() + HOUR)
    with django_assert_num_queries(1):
        work_off(kind)


def test_how_long_jobs_have_waited_and_how_many_failed_can_be_seen() -> None:
    kind = Kind("wave", Work())
    assert queue.backlog() == queue.Backlog(timedelta(0), 0, 0)
    for minutes in (-5, -2, 3):
        Job.objects.create(kind=kind.name, due_at=timezone.now() + timedelta(minutes=minutes))
    for status in ("refused", "given_up", "done"):
        Job.objects.create(kind=kind.name, status=status, due_at=timezone.now() - HOUR)
    backlog = queue.backlog()
    assert backlog.failed == 2
    assert timedelta(minutes=4) < backlog.overdue < timedelta(minutes=6)


def test_what_is_over_for_long_is_deleted_and_what_waits_is_not() -> None:
    long_ago = timezone.now() - timedelta(days=15)
    for status in ("done", "refused", "given_up", "waiting"):
        Job.objects.create(kind=status, status=status, created_at=long_ago, finished_at=long_ago)
    Job.objects.create(kind="new", status="done", finished_at=timezone.now())
    queue.outdated(Now()).delete()
    assert sorted(Job.objects.values_list("kind", flat=True)) == ["new", "waiting"]
