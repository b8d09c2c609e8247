"""The API keeps its own document: whatever is sent, the answer is one that the document has, and never an error of the server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import User
from api import rates
from api.document import document
from rooms.models import Room
from tests.api.scenes import System
from tests.redis_server import redis_url as redis_url
from tests.rooms.conftest import roster as roster
from tests.rooms.scenes import make_room

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roster")]

CHECKS: Final = [
    *(not_a_server_error, status_code_conformance, content_type_conformance),
    *(response_headers_conformance, response_schema_conformance),
]
#: Examples of each operation and token. They are the same in each run.
BOUNDED: Final = settings(
    max_examples=6,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[*HealthCheck],
)
SCHEMA: Final = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture(autouse=True)
def _connected() -> Iterator[None]:
    """Requests use the connection of the test, and leave it open, as those of Django's test client do."""
    ends = ((request_started, close_old_connections), (request_finished, close_old_connections))
    for signal, end in ends:
        signal.disconnect(end)
    yield
    for signal, end in ends:
        signal.connect(end)


@pytest.fixture
def systems(alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> dict[str, System]:
    monkeypatch.setattr(rates, "LIMIT", rates.LIMIT.__class__("api", 10**6, 60))
    return {"deployment": System(None), "person": System(alice)}


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.mark.parametrize("who", ["deployment", "person"])
@SCHEMA.parametrize()
@BOUNDED
def test_every_answer_is_one_of_the_document(case: Any, who: str, systems: dict[str, System], room: Room) -> None:
    if "code" in case.path_parameters and len(str(case.path_parameters["code"])) % 2:
        case.path_parameters["code"] = room.slug
    sent = {"Authorization": f"Bearer {systems[who].secret}", "Accept-Encoding": "identity"}
    case.call_and_validate(headers=sent, checks=CHECKS)


def test_it_is_an_openapi_document_and_its_references_lead_somewhere() -> None:
    text = json.dumps(document())
    assert document()["openapi"].startswith("3.1.")
    SCHEMA.validate()
    for reference in re.findall(r'"\$ref": "#/([^"]*)"', text):
        found: Any = document()
        for step in reference.split("/"):
            found = found[step]


def test_whoever_has_the_document_is_not_sent_it_again(client: Client) -> None:
    first = client.get("/api/v1/openapi.json")
    assert (first.status_code, first["Cache-Control"]) == (200, "public, max-age=300")
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert client.post("/api/v1/openapi.json").status_code == 405
