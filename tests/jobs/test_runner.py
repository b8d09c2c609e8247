"""The threads of a runner, beside a mail server that hangs."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts import outbox
from accounts.models import User
from jobs import queue, runner
from jobs.kinds import Kind, Over
from jobs.models import Job
from jobs.runner import Runner
from tests.browser.person import eventually
from tests.mail_server import Hanging, mail_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hanging(settings: Settings) -> Iterator[Hanging]:
    """A mail server that takes a mail and does not say so."""
    settings.EMAIL_BACKEND = "accounts.outbox.Backend"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    one = Hanging()
    with mail_server(hanging=one) as (port, _got):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield one


def working(*kinds: Kind) -> Runner:
    one = Runner(kinds)
    one.start()
    return one


def status(kind: Kind) -> str:
    return Job.objects.get(kind=kind.name).status


def test_what_is_put_here_is_done_and_the_end_waits_for_it(hanging: Hanging) -> None:
    mailing = working(outbox.SEND)
    outbox.put("bob@example.org", "Hello", "text")
    assert hanging.reached.wait(60)
    ending = threading.Thread(target=mailing.stop)
    ending.start()
    assert status(outbox.SEND) == "running" and ending.is_alive()
    hanging.released.set()
    ending.join()
    assert status(outbox.SEND) == "done"


def test_a_mail_server_that_hangs_holds_up_neither_pages_nor_other_jobs(hanging: Hanging, client: Client, bob: User) -> None:
    done = threading.Event()

    def sweep(over: Over) -> None:
        done.set()

    both = working(outbox.SEND, Kind("sweep", sweep))
    try:
        assert client.post("/accounts/password/reset/", {"email": "bob@example.org"}).status_code == 302
        assert hanging.reached.wait(60)
        cache.clear()
        assert client.post("/accounts/password/reset/", {"email": "bob@example.org"}).status_code == 302
        queue.put(Kind("sweep", sweep))
        assert done.wait(60)
        assert sorted(Job.objects.filter(kind=outbox.SEND.name).values_list("status", flat=True)) == ["running", "waiting"]
    finally:
        hanging.released.set()
        both.stop()


def test_a_lease_lasts_as_long_as_the_work(hanging: Hanging, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "BEAT_SECONDS", 0.05)
    mailing = working(outbox.SEND)
    outbox.put("bob@example.org", "Hello", "text")
    assert hanging.reached.wait(60)
    taken = Job.objects.get().due_at
    eventually(lambda: Job.objects.get().due_at > taken, seconds=60, what="a longer lease")
    hanging.released.set()
    mailing.stop()


def test_work_that_takes_long_is_told_that_the_process_ends() -> None:
    begun = threading.Event()

    def count(over: Over) -> None:
        begun.set()
        while not over():
            threading.Event().wait(0.01)

    kind = Kind("count", count)
    counting = working(kind)
    queue.put(kind)
    assert begun.wait(60)
    counting.stop()
    assert status(kind) == "done"


def test_a_fault_in_one_job_harms_no_other(caplog: pytest.LogCaptureFixture) -> None:
    def fail(over: Over, **arguments: str) -> None:
        raise KeyError("gone")

    done = threading.Event()
    bad, good = Kind("bad", fail), Kind("good", lambda over: done.set())
    queue.put(bad, {"link": "https://example.org/secret"})
    both = working(bad, good)
    queue.put(good)
    assert done.wait(60)
    both.stop()
    assert Job.objects.get(kind="bad").error == "KeyError: 'gone'"
    assert "KeyError" in caplog.text and "secret" not in caplog.text
