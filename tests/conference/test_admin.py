"""What administrators did is read, filtered and downloaded, and stays as it was written."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import User

LIST = "/admin/admin/logentry/"


@pytest.fixture
def administrators(alice: User, alices: Client) -> Client:
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    return alices


@pytest.fixture
def entry(administrators: Client, bob: User) -> LogEntry:
    form = {"email": bob.email, "display_name": "=1+1", "is_active": "on"}
    assert administrators.post(f"/admin/accounts/user/{bob.pk}/change/", form).status_code == 302
    return LogEntry.objects.get()


def test_it_says_who_changed_what(administrators: Client, entry: LogEntry) -> None:
    for query in ("", "?action_flag__exact=2", "?q=Alice"):
        assert "Changed Display name" in administrators.get(LIST + query).content.decode()
    assert "0 log entries" in administrators.get(f"{LIST}?action_flag__exact=3").content.decode()


def test_it_is_a_table_without_formulas(administrators: Client, entry: LogEntry) -> None:
    answer = administrators.post(LIST, {"action": "export", "_selected_action": [entry.pk]})
    assert answer["Content-Disposition"] == 'attachment; filename="administration.csv"'
    [head, line] = answer.content.decode().splitlines()
    assert head == "time,who,what,kind,of what,what changed"
    assert line.endswith(",Alice,Change,Accounts | user,'=1+1,Changed Display name.")


def test_nobody_changes_it(administrators: Client, entry: LogEntry) -> None:
    assert administrators.get(f"{LIST}add/").status_code == 403
    assert administrators.get(f"{LIST}{entry.pk}/change/").status_code == 200
    assert administrators.post(f"{LIST}{entry.pk}/change/", {"object_repr": "x"}).status_code == 403
    assert administrators.post(f"{LIST}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
