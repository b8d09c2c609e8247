"""Everybody sends every request of the API. What no row permits is refused and changes nothing; what one permits is recorded
once.

Operations are found in the OpenAPI document: one without a row fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import pytest
from django.test import Client
from django.utils import timezone

from api import document
from api.models import Token
from api.scopes import Scope
from rooms.models import AuditEntry, Ban, Invitation, JoinLink, Meeting, Membership, NetworkBan, Room
from schedule.models import Invitee, ScheduledMeeting
from tests.api.scenes import System
from tests.cast import person
from tests.redis_server import redis_url as redis_url
from tests.rooms.conftest import roster as roster
from tests.rooms.test_authorization_matrix import PEOPLE, Scene, each, undone
from tests.rooms.test_authorization_matrix import scene as scene
from tests.rooms.test_get_changes_nothing import database
from tests.schedule.scenes import ZONE, lesson_day, ten

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roster")]

#: ``staff`` is a person who runs the server, with their own token, and is nobody in the room.
ACTORS: Final = ("no token", *PEOPLE, "deployment")
TOKENS: Final = ACTORS[1:]
INSIDE: Final = ("member", "host", "owner", "deployment")
HOSTS: Final = ("host", "owner", "deployment")
ADMINISTRATORS: Final = ("staff", "deployment")
REFUSED: Final = {401, 403, 404, 409}
_MEETING: Final = {"title": "Tea", "starts_at": ten(lesson_day()).isoformat(), "minutes": 30, "zone": ZONE}


@dataclass(frozen=True)
class Row:
    """``may``: who may do it, to whom. ``audit``: what its entry says. ``idle``: there is nobody to do it to."""

    may: Mapping[str, set[str]]
    body: Any | Callable[[str], Any] = field(default_factory=dict)
    audit: str = ""
    idle: bool = False


ROWS: Final[dict[str, Row]] = {
    "GET /rooms": Row(each(TOKENS)),
    "POST /rooms": Row(each(TOKENS), {"name": "Tea"}, "created"),
    "GET /rooms/{code}": Row(each(INSIDE)),
    "PATCH /rooms/{code}": Row(each(HOSTS), {"capacity": 3}, "edited"),
    "DELETE /rooms/{code}": Row(each(("owner", "deployment")), audit="deleted"),
    "GET /rooms/{code}/members": Row(each(INSIDE)),
    "POST /rooms/{code}/members": Row(each(("deployment",)), {"email": "carol@example.org"}, "added"),
    "GET /rooms/{code}/members/{user}": Row(
        {**each(("member", "host", "owner"), "bert", "helen", "owner", "self"), "deployment": {"bert", "helen", "owner"}}
    ),
    "PATCH /rooms/{code}/members/{user}": Row(
        {"owner": {"bert", "helen"}, "deployment": {"bert", "helen", "owner"}},
        lambda target: {"role": "member" if target == "helen" else "host"},
        "role",
    ),
    "DELETE /rooms/{code}/members/{user}": Row(
        {
            **{"owner": {"bert", "helen"}, "host": {"bert", "self"}, "member": {"self"}},
            "deployment": {"bert", "helen", "owner"},
        },
        audit="dropped",
    ),
    "GET /rooms/{code}/invitations": Row(each(HOSTS)),
    "POST /rooms/{code}/invitations": Row(each(HOSTS), {"email": "dave@example.org"}, "invited"),
    "GET /rooms/{code}/invitations/{pk}": Row(each(HOSTS, "own")),
    "DELETE /rooms/{code}/invitations/{pk}": Row(each(HOSTS, "own"), audit="withdrew"),
    "GET /rooms/{code}/join-links": Row(each(HOSTS)),
    "POST /rooms/{code}/join-links": Row(each(HOSTS), {"name": "Dave"}, "vouched"),
    "GET /rooms/{code}/join-links/{pk}": Row(each(HOSTS, "own")),
    "DELETE /rooms/{code}/join-links/{pk}": Row(each(HOSTS, "own"), audit="unvouched"),
    "GET /rooms/{code}/bans": Row(each(HOSTS)),
    "GET /rooms/{code}/bans/{pk}": Row(each(HOSTS, "own")),
    "DELETE /rooms/{code}/bans/{pk}": Row(each(HOSTS, "own"), audit="unbanned"),
    "GET /rooms/{code}/network-bans": Row(each(HOSTS)),
    "GET /rooms/{code}/network-bans/{pk}": Row(each(HOSTS, "own")),
    "DELETE /rooms/{code}/network-bans/{pk}": Row(each(HOSTS, "own"), audit="unbarred"),
    "GET /rooms/{code}/meetings": Row(each(INSIDE)),
    "POST /rooms/{code}/meetings": Row(each(HOSTS), _MEETING, "scheduled"),
    "GET /rooms/{code}/meetings/{pk}": Row(each(INSIDE, "own")),
    "GET /rooms/{code}/meetings/{pk}/dates": Row(each(INSIDE, "own")),
    "PATCH /rooms/{code}/meetings/{pk}": Row(each(HOSTS, "own"), {"title": "Tea"}, "rescheduled"),
    "DELETE /rooms/{code}/meetings/{pk}": Row(each(HOSTS, "own"), audit="called_off"),
    "GET /rooms/{code}/meetings/{pk}/invitees": Row(each(HOSTS, "own")),
    "POST /rooms/{code}/meetings/{pk}/invitees": Row(each(HOSTS, "own"), {"addresses": ["dave@example.org"]}, "invited"),
    "GET /rooms/{code}/meetings/{pk}/invitees/{invitee}": Row(each(HOSTS, "own")),
    "DELETE /rooms/{code}/meetings/{pk}/invitees/{invitee}": Row(each(HOSTS, "own"), audit="withdrew"),
    "GET /rooms/{code}/sittings": Row(each(HOSTS)),
    "GET /rooms/{code}/sittings/{pk}/attendances": Row(each(HOSTS, "own")),
    "GET /rooms/{code}/audit": Row(each(HOSTS)),
    "GET /live": Row(each(TOKENS)),
    "GET /rooms/{code}/participants": Row(each(HOSTS)),
    # Nobody is in the meeting. Who may do what there: tests/api/test_participants.py.
    "POST /rooms/{code}/participants/{id}/admit": Row({}),
    "POST /rooms/{code}/participants/{id}/deny": Row({}),
    "POST /rooms/{code}/participants/{id}/remove": Row({}),
    "POST /rooms/{code}/participants/{id}/ban": Row({}),
    "POST /rooms/{code}/participants/{id}/restrict": Row({}, {"use": "camera"}),
    "POST /rooms/{code}/participants/{id}/free": Row({}, {"use": "camera"}),
    "POST /rooms/{code}/participants/{id}/ask": Row({}, {"use": "camera"}),
    "POST /rooms/{code}/participants/{id}/lower": Row({}),
    "POST /rooms/{code}/restrict": Row(each(HOSTS), {"use": "camera"}, idle=True),
    "POST /rooms/{code}/free": Row(each(HOSTS), {"use": "camera"}, idle=True),
    "POST /rooms/{code}/notice": Row({}, {"text": "Five minutes left."}),
    "POST /rooms/{code}/end": Row({}),
    # What is done to users is in the history of the admin.
    "GET /users": Row(each(ADMINISTRATORS)),
    "POST /users": Row(each(ADMINISTRATORS), {"email": "dave@example.org", "display_name": "Dave"}),
    "GET /users/{pk}": Row(each(ADMINISTRATORS, "own")),
    "PATCH /users/{pk}": Row(each(ADMINISTRATORS, "own"), {"active": False}),
}
OPERATIONS: Final = {
    f"{method.upper()} {path.removeprefix('/api/v1')}": Scope(next(iter(operation["security"][0].values()))[0])
    for path, operations in document.document()["paths"].items()
    for method, operation in operations.items()
}
#: The last part of a path that has an id, and whose rows it means.
KINDS: Final[dict[str, Any]] = {
    **{"invitations": Invitation, "join-links": JoinLink, "bans": Ban, "network-bans": NetworkBan},
    **{"meetings": ScheduledMeeting, "sittings": Meeting},
}


def test_every_operation_has_a_row() -> None:
    assert set(ROWS) == set(OPERATIONS)


def clients(actors: Iterable[str], scopes: set[Scope]) -> dict[str, Client]:
    """People whose tokens have these scopes. Their use is not written again, however long the test takes."""
    made = {actor: client(actor, scopes) for actor in actors}
    Token.objects.update(last_used_at=timezone.now() + timedelta(days=1))
    return made


def client(actor: str, scopes: set[Scope]) -> Client:
    if actor == "no token":
        return Client()
    system = System(None if actor == "deployment" else person(PEOPLE[actor]), scopes)
    system.get("nothing"), system.get("rooms")
    return Client(headers={"Authorization": f"Bearer {system.secret}"})


def targets(room: Room, operation: str, actor: str) -> dict[str, str]:
    """By target: the path."""
    path = f"/api/v1{operation.split()[1]}".replace("{code}", room.slug).replace("{id}", "nobody")
    if "{user}" in path:
        return {target: path.replace("{user}", str(key)) for target, key in _people(room, actor).items()}
    if "{pk}" not in path:
        return {"room": path}
    return {target: _of(path, target, key) for target, key in _keys(room, path).items()}


def _people(room: Room, actor: str) -> dict[str, int]:
    keys = {one.user.display_name: one.user_id for one in Membership.objects.filter(room=room).select_related("user")}
    found = {"bert": keys["Bert"], "helen": keys["Helen"], "owner": keys["Alice"], "unknown": 10**6}
    return {**found, "elsewhere": person("Mallory").pk, "self": keys.get(PEOPLE.get(actor, ""), 10**6)}


def _keys(room: Room, path: str) -> dict[str, int]:
    if "/users/" in path:
        return {"own": person("Bert").pk, "unknown": 10**6}
    kind = KINDS[path.split("/{pk}")[0].rpartition("/")[2]]
    rows = kind.objects.order_by("-pk")
    return {"own": rows.filter(room=room)[0].pk, "elsewhere": rows.exclude(room=room)[0].pk, "unknown": 10**6}


def _of(path: str, target: str, key: int) -> str:
    if "{invitee}" in path:
        invitee = Invitee.objects.filter(scheduled=key).first() if target != "unknown" else None
        path = path.replace("{invitee}", str(invitee.pk if invitee else 10**6))
    return path.replace("{pk}", str(key))


def send(by: Client, operation: str, path: str, row: Row, target: str) -> int:
    body = row.body(target) if callable(row.body) else row.body
    method = operation.split()[0].lower()
    if method == "get":
        return int(by.get(path).status_code)
    return int(getattr(by, method)(path, body, content_type="application/json").status_code)


@pytest.fixture
def room(scene: Scene) -> Room:
    """That of the matrix of pages, without meetings that are over: they cannot be changed."""
    person("Carol")
    ScheduledMeeting.objects.filter(zone="UTC").delete()
    return scene.room


def test_who_may(room: Room) -> None:
    people = clients(ACTORS, set(Scope))
    before = database()
    for operation, row in ROWS.items():
        changes = not (operation.startswith("GET") or row.idle)
        for actor, by in people.items():
            for target, path in targets(room, operation, actor).items():
                with undone(by):
                    status = send(by, operation, path, row, target)
                    audits = [*AuditEntry.objects.values_list("action", flat=True)]
                    if target in row.may.get(actor, ()):
                        assert status < 300, (operation, actor, target, status)
                        assert audits.count(row.audit) == bool(row.audit), (operation, actor, target, audits)
                        assert (database() != before) == changes, (operation, actor, target)
                    else:
                        assert status in REFUSED, (operation, actor, target, status)
                        assert (audits, database()) == ([], before), (operation, actor, target)


@pytest.mark.parametrize("scope", sorted({*OPERATIONS.values()}))
def test_nobody_may_without_the_scope(room: Room, scope: Scope) -> None:
    people = clients(TOKENS, set(Scope) - {scope})
    before = database()
    for operation in (one for one, needed in OPERATIONS.items() if needed == scope):
        for actor, by in people.items():
            for target, path in targets(room, operation, actor).items():
                assert send(by, operation, path, ROWS[operation], target) == 403, (operation, actor, target)
        assert database() == before, operation
