"""Everybody reads what the API has."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from api import reference
from api.document import document
from api.problems import Kind

pytestmark = pytest.mark.django_db


def test_every_operation_and_problem_has_its_place(client: Client) -> None:
    answer = client.get("/api/v1/reference")
    text = answer.content.decode()
    ids = re.findall(r' id="([^"]+)"', text)
    assert (answer.status_code, len(ids)) == (200, len(set(ids)))
    operations = [one["operationId"] for methods in document()["paths"].values() for one in methods.values()]
    assert {*operations, *(f"problem-{kind.code}" for kind in Kind)} <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)
    assert client.post("/api/v1/reference").status_code == 405


def test_what_is_said_of_an_operation() -> None:
    [made] = [one for one in reference.groups()["Rooms"] if one.name == "create_room"]
    assert (made.method, made.path, made.scope) == ("POST", "/api/v1/rooms", "rooms:write")
    body = {value.name: value for value in made.body}
    assert (body["name"].required, body["name"].bounds) == (True, ["at least 1 characters", "at most 64 characters"])
    assert (body["passcode"].kind, body["access"].choices) == ("string or null", ["members", "signed_in", "link"])
    assert body["hosts_only"].kind == "array of string" and "camera" in body["hosts_only"].choices
    assert made.answers[0].status == "201" and "code" in [value.name for value in made.answers[0].values]
    assert made.example.endswith("""-d '{"name": "Tea"}'""")
    [listed] = [one for one in reference.groups()["Rooms"] if one.name == "list_rooms"]
    assert "items[].code" in [value.name for value in listed.answers[0].values]
    assert [value.bounds for value in listed.parameters][0] == ["at least 1", "at most 200", "default 50"]


def test_text_of_the_document_is_text() -> None:
    assert reference.marked("<b> `a<b`") == "&lt;b&gt; <code>a&lt;b</code>"
