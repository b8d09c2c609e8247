"""Every address of the product, asked for by everybody, changes nothing in the database but the login."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session as Login
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from rooms import history, invitations, join_links
from rooms.models import Ban, Invitation, Room
from schedule import downloads, links
from schedule.models import Feed, Invitee
from tests.cast import person
from tests.rooms.scenes import make_room
from tests.schedule.scenes import enter, weekly

pytestmark = pytest.mark.django_db


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern).lstrip("^").removesuffix("$").removesuffix("\\Z")
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern, route)


@pytest.fixture
def room(alice: User, bob: User, mallory: User) -> Room:
    room = make_room(alice, member=bob)
    Ban.objects.create(room=room, user=mallory, name="Mallory", by=alice)
    Invitation.objects.create(room=room, email="carol@example.org", by=alice)
    room.join_links.create(name="Dave", role="member", by=alice, expires_at="2100-01-01T00:00Z")
    history.joined(str(room.pk), "p1", f"user:{alice.pk}", "Alice", "owner")
    Invitee.objects.create(scheduled=enter(room, alice, weekly()), email="carol@example.org")
    Feed.objects.create(user=bob)
    return room


def addresses(room: Room) -> list[str]:
    """One address per plain route; the first row of each kind stands for all."""
    return [path for route in routes(get_resolver()) if (path := address(route, room))]


def address(route: str, room: Room) -> str:
    """Where a route leads to for this room; empty if the route is not a plain one."""
    invitation, invitee, feed = room.invitations.get(), Invitee.objects.filter(scheduled__room=room), Feed.objects.first()
    path = route.replace("<room:slug>", room.slug)
    if feed:
        path = path.replace("feed/<str:token>.ics", downloads.address(feed).partition("//")[2].partition("/")[2])
    asked = invitee.first()
    for name, token in (
        ("invitation", invitations.token(invitation)),
        ("join", join_links.token(link) if (link := room.join_links.first()) else "x"),
        ("invited", links.token(asked.pk if asked else 0)),
    ):
        path = path.replace(f"{name}/<str:token>", f"{name}/{token}")
    rows: dict[str, Any] = {
        "people": room.memberships,
        "bans": room.bans,
        "invitations": room.invitations,
        "join-links": room.join_links,
        "schedule": room.scheduled,
        "invitees": invitee,
    }
    for name, row in ((name, kept.first()) for name, kept in rows.items()):
        path = path.replace(f"{name}/<int:pk>", f"{name}/{row.pk if row else 0}")
    path = path.replace("<path:object_id>", str(room.pk)).replace("<int:pk>", str(room.pk))
    return f"/{path}" if "<" not in path and "(" not in path else ""


def database() -> dict[str, list[Any]]:
    """The rows of every table, but those of logins."""
    models = [model for model in apps.get_models(include_auto_created=True) if model is not Login]
    with connection.cursor() as cursor:
        return {model._meta.db_table: _rows(cursor, model) for model in models}


def _rows(cursor: CursorWrapper, model: type[Model]) -> list[Any]:
    """Read without the ORM, which would take most of the time of a matrix: this is asked after each of its requests."""
    pk = model._meta.pk.column
    cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY "{pk}"')
    return list(cursor.fetchall())


@pytest.mark.parametrize("visitor", ["Alice", "Bob", "Mallory", "admin", ""])
def test_get_changes_nothing(room: Room, visitor: str) -> None:
    client = browser(visitor) if visitor else Client()
    before = database()
    paths = addresses(room)
    assert len(paths) > 40
    for path in paths:
        client.get(path)
        assert database() == before, path


def test_a_visit_leaves_no_login_behind(room: Room) -> None:
    """But for an invitation that the visitor follows, which becomes theirs when they make an account."""
    left = set()
    for path in addresses(room):
        client = Client(raise_request_exception=False)
        client.get(path)
        client.get(path, headers={"cookie": "login=forged; guest=forged"})
        if Login.objects.exists():
            left.add(path)
            Login.objects.all().delete()
    assert {path.split("/")[1] for path in left} == {"invitation"}


def browser(visitor: str) -> Client:
    user = person(visitor)
    user.is_staff = user.is_superuser = visitor == "admin"
    user.save()
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def test_the_walk_goes_through_our_own_pages(room: Room) -> None:
    walked = set(addresses(room))
    pages = (
        "",
        "/passcode",
        "/qr.svg",
        "/invite",
        "/people",
        "/history",
        "/history.csv",
        "/settings",
        "/delete",
        "/schedule/new",
    )
    assert {f"/{room.slug}{page}" for page in pages} <= walked
    assert {"/", "/new", "/join"} <= walked
