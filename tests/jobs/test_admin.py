from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from jobs import queue
from jobs.kinds import Hopeless, Kind, Over
from jobs.models import Job
from tests.cast import person
from tests.conftest import browser
from tests.working import work_off

pytestmark = pytest.mark.django_db

LIST = "/admin/jobs/job/"


def refuse(over: Over, link: str) -> None:
    raise Hopeless("550 no such mailbox")


@pytest.fixture
def failed() -> Job:
    kind = Kind("call", refuse)
    job = queue.put(kind, {"link": "https://example.org/secret"}, about="bob@example.org")
    assert job is not None
    work_off(kind)
    return job


def staff(*permissions: str) -> User:
    one = person("Dora")
    one.is_staff = True
    one.save()
    one.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return one


def again(client: Client, job: Job) -> str:
    answer = client.post(LIST, {"action": "run_again", "_selected_action": [job.pk]}, follow=True)
    job.refresh_from_db()
    return answer.content.decode()


def test_a_job_that_failed_is_shown_with_its_reason_and_without_its_arguments(admin_client: Client, failed: Job) -> None:
    for path in (LIST, f"{LIST}?status__exact=refused", f"{LIST}{failed.pk}/change/"):
        page = admin_client.get(path).content.decode()
        assert "bob@example.org" in page and "550 no such mailbox" in page
        assert "secret" not in page and failed.sealed not in page
    assert "Save" not in page and "Delete" not in page


def test_it_is_run_again(admin_client: Client, failed: Job) -> None:
    assert "1 job is run again." in again(admin_client, failed)
    assert (failed.status, failed.attempts) == ("waiting", 0)
    assert "0 jobs are run again." in again(admin_client, failed)


def test_staff_who_may_only_look_do_not_run_it(failed: Job) -> None:
    again(browser(staff("view_job")), failed)
    assert failed.status == "refused"
    again(browser(staff("view_job", "change_job")), failed)
    assert failed.status == "waiting"
