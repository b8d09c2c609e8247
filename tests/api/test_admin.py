"""Olga runs the server: she makes tokens of the deployment, and revokes any."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from api import tokens
from api.models import Token
from tests.api.scenes import System
from tests.cast import PASSWORD, person

FORM = {"name": "Timetable", "scopes": ["rooms:read", "users:write"], "life": "365"}
LIST = "/admin/api/token/"


@pytest.fixture
def olgas(client: Client, db: None) -> Client:
    """Her browser, in which she has just signed in."""
    olga = person("Olga")
    User.objects.filter(pk=olga.pk).update(is_staff=True, is_superuser=True)
    client.post("/accounts/login/", {"login": "olga@example.org", "password": PASSWORD})
    return client


def test_a_token_of_the_deployment_is_shown_once(olgas: Client) -> None:
    page = olgas.post(f"{LIST}add/", FORM).content.decode()
    [secret] = re.findall(r"cfk_[-\w]{43}", page)
    token = tokens.find(secret)
    assert token is not None
    assert (token.user, token.scopes, token.created_by) == (None, ["rooms:read", "users:write"], User.objects.get())
    for path in (LIST, f"{LIST}{token.pk}/change/", f"{LIST}{token.pk}/history/"):
        shown = olgas.get(path).content.decode()
        assert "Timetable" in shown and secret not in shown and token.digest not in shown
    assert [entry.object_repr for entry in LogEntry.objects.all()] == ["Timetable"]


def test_an_open_browser_is_not_enough(olgas: Client) -> None:
    session: Any = olgas.session
    session["account_authentication_methods"][0]["at"] -= 301
    session.save()
    asked = olgas.post(f"{LIST}add/", FORM)
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert not Token.objects.exists()
    answer = olgas.post(asked["Location"], {"password": PASSWORD, "next": f"{LIST}add/"})
    assert re.search(r"cfk_[-\w]{43}", answer.content.decode()) and Token.objects.get().user is None


def test_a_bad_form_makes_nothing(olgas: Client) -> None:
    for form in ({}, {**FORM, "life": "1000"}, {**FORM, "scopes": ["everything"]}, {**FORM, "name": "\u200b"}):
        assert olgas.post(f"{LIST}add/", form).status_code == 200
    assert not Token.objects.exists()


def test_a_token_is_not_changed(olgas: Client, bob: User) -> None:
    token = System(bob).token
    assert olgas.post(f"{LIST}{token.pk}/change/", {**FORM, "name": "Other"}).status_code == 403
    assert Token.objects.get().name == "Timetable"


def test_tokens_are_found_and_revoked(olgas: Client, bob: User) -> None:
    system, deployment = System(bob), System(None)
    assert deployment.post("rooms", {"name": "Tea"}, idempotency_key="k").status_code == 201
    assert olgas.get(f"{LIST}?q=bob@example.org").context["cl"].result_count == 1
    assert olgas.get(f"{LIST}?whose=deployment").context["cl"].result_count == 1
    answer = olgas.post(f"{LIST}{system.token.pk}/delete/", {"post": "yes"})
    assert (answer.status_code, system.get("rooms").status_code) == (302, 401)
    chosen = {"action": "delete_selected", "_selected_action": [deployment.token.pk], "post": "yes"}
    assert olgas.post(LIST, chosen).status_code == 302
    assert deployment.get("rooms").status_code == 401
    assert [entry.action_flag for entry in LogEntry.objects.all()] == [3, 3]


@pytest.mark.parametrize("right", ["view", "add", "delete", ""], ids=["view", "add", "delete", "none"])
def test_each_right_is_for_itself(bobs: Client, bob: User, alice: User, right: str) -> None:
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    bob.user_permissions.add(*Permission.objects.filter(codename=f"{right}_token", content_type__app_label="api"))
    token = System(alice).token
    assert (bobs.get(LIST).status_code == 200) == (right == "view")
    assert (bobs.get(f"{LIST}add/").status_code == 200) == (right == "add")
    assert bobs.post(f"{LIST}{token.pk}/delete/", {"post": "yes"}).status_code == (302 if right == "delete" else 403)
    assert Token.objects.exists() == (right != "delete")
