"""Olga runs the server: she makes tokens of the deployment, and revokes any."""

from __future__ import annotations

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from api import tokens
from api.models import Token
from tests.api.scenes import System

FORM = {"name": "Timetable", "scopes": ["rooms:read", "users:write"], "life": "365"}
LIST = "/admin/api/token/"


def test_a_token_of_the_deployment_is_shown_once(admin_client: Client) -> None:
    page = admin_client.post(f"{LIST}add/", FORM).content.decode()
    [secret] = re.findall(r"cfk_[-\w]{43}", page)
    token = tokens.find(secret)
    assert token is not None
    assert (token.user, token.scopes, token.created_by) == (None, ["rooms:read", "users:write"], User.objects.get())
    for path in (LIST, f"{LIST}{token.pk}/change/", f"{LIST}{token.pk}/history/"):
        shown = admin_client.get(path).content.decode()
        assert "Timetable" in shown and secret not in shown and token.digest not in shown
    assert [entry.object_repr for entry in LogEntry.objects.all()] == ["Timetable"]


def test_a_bad_form_makes_nothing(admin_client: Client) -> None:
    for form in ({}, {**FORM, "life": "1000"}, {**FORM, "scopes": ["everything"]}, {**FORM, "name": "\u200b"}):
        assert admin_client.post(f"{LIST}add/", form).status_code == 200
    assert not Token.objects.exists()


def test_a_token_is_not_changed(admin_client: Client, bob: User) -> None:
    token = System(bob).token
    assert admin_client.post(f"{LIST}{token.pk}/change/", {**FORM, "name": "Other"}).status_code == 403
    assert Token.objects.get().name == "Timetable"


def test_tokens_are_found_and_revoked(admin_client: Client, bob: User) -> None:
    system, deployment = System(bob), System(None)
    assert deployment.post("rooms", {"name": "Tea"}, idempotency_key="k").status_code == 201
    assert admin_client.get(f"{LIST}?q=bob@example.org").context["cl"].result_count == 1
    assert admin_client.get(f"{LIST}?whose=deployment").context["cl"].result_count == 1
    answer = admin_client.post(f"{LIST}{system.token.pk}/delete/", {"post": "yes"})
    assert (answer.status_code, system.get("rooms").status_code) == (302, 401)
    chosen = {"action": "delete_selected", "_selected_action": [deployment.token.pk], "post": "yes"}
    assert admin_client.post(LIST, chosen).status_code == 302
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
