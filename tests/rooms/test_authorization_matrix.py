"""Everybody asks for every page and posts every form. What no row permits is refused and changes nothing; what one permits is
recorded once.

Addresses are found in the resolver: one of ours without a row fails. Messages of sockets are in ``tests/signaling``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from accounts.models import User
from api import tokens
from api.models import Token
from api.scopes import Scope
from rooms import guests
from rooms.models import AuditEntry, Ban, Invitation, JoinLink, Meeting, Membership, NetworkBan, Room
from schedule.models import Feed, Invitee, Occurrence, ScheduledMeeting
from tests.cast import person
from tests.rooms.scenes import make_room
from tests.rooms.test_get_changes_nothing import address, database, routes
from tests.schedule.lessons import make_date
from tests.schedule.scenes import enter, lesson_day, weekly

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roster")]

#: Who asks. ``staff`` runs the server and is nobody in the room, ``other`` owns another room. A guest may be one who waits.
PEOPLE: Final = {
    "stranger": "Rita",
    "banned": "Bill",
    "other": "Mallory",
    "staff": "Sam",
    "member": "Bob",
    "host": "Hank",
    "owner": "Alice",
}
ACTORS: Final = ("anonymous", "guest", *PEOPLE)
SIGNED_IN: Final = tuple(PEOPLE)
INSIDE: Final = ("member", "host", "owner")
HOSTS: Final = ("host", "owner")
#: What a refusal is: to the log-in, a bad form, not permitted, not found, not this way, not now.
REFUSED: Final = {302, 400, 403, 404, 405, 409}
#: Pages of others, about whoever asks for them alone; and the API.
ELSEWHERE: Final = ("accounts/", "api/")


@dataclass(frozen=True)
class Row:
    """``see``: who gets the page. ``do``: whose form is carried out, about whom. ``audit``: what its entry says."""

    see: tuple[str, ...] = ()
    do: Mapping[str, set[str]] = field(default_factory=dict)
    data: Mapping[str, str] | Callable[[str], Mapping[str, str]] = field(default_factory=dict)
    audit: str = ""


def each(actors: tuple[str, ...], *targets: str) -> dict[str, set[str]]:
    return dict.fromkeys(actors, set(targets or ("room",)))


FORM: Final = {
    **{"name": "Tea", "access": "members", "ice_policy": "all", "chat": "everyone", "capacity": "8"},
    **{"waits": "nobody", "lobby_opens": "never"},
}
MEETING: Final = {
    **{"title": "Tea", "date": str(lesson_day()), "begins": "16:00", "ends": "17:00"},
    **{"zone": "Europe/London", "repeats": "daily", "count": "2"},
}
ROWS: Final[dict[str, Row]] = {
    "": Row(see=ACTORS),
    "new": Row(do=each(SIGNED_IN), data={"name": "Tea"}, audit="created"),
    "join": Row(see=ACTORS),
    "profile": Row(see=SIGNED_IN, do=each(SIGNED_IN), data={"display_name": "Somebody", "time_zone": "UTC"}),
    "profile/data": Row(see=SIGNED_IN, do=each(SIGNED_IN), data={"sure": "on"}),
    "profile/data.json": Row(see=SIGNED_IN),
    # Made by who has just signed in: tests/api/test_views.py.
    "profile/tokens": Row(see=SIGNED_IN),
    "profile/tokens/<int:pk>/revoke": Row(do={"owner": {"own"}}),
    "setup/<str:token>": Row(),
    # For everybody, at addresses that only this server's look has: tests/conference/test_branding.py.
    "brand/<slug:digest>.css": Row(),
    "brand/<slug:digest>.png": Row(),
    "notifications": Row(see=SIGNED_IN, do=each(SIGNED_IN), data={"browser": "all", "browser_minutes": "10"}),
    "notifications/due": Row(see=SIGNED_IN),
    "notifications/silence/<str:token>": Row(),
    "invitation/<str:token>": Row(see=ACTORS, do=each(tuple(set(SIGNED_IN) - {"banned"})), audit="accepted"),
    "join/<str:token>": Row(see=ACTORS, do=each(ACTORS), audit="followed"),
    # For platforms, whose tokens count: tests/lti/test_launches.py.
    "lti/login": Row(),
    "lti/launch": Row(),
    "soon": Row(see=SIGNED_IN),
    # Whoever keeps one room is led to its page.
    "schedule": Row(see=("stranger", "banned", "staff", "member")),
    "<room:slug>": Row(see=INSIDE),
    "<room:slug>/passcode": Row(),
    "<room:slug>/ice": Row(see=INSIDE),
    "<room:slug>/elsewhere": Row(see=INSIDE),
    "<room:slug>/qr.svg": Row(see=INSIDE),
    "<room:slug>/invite": Row(see=INSIDE, do=each(HOSTS), data={"email": "dave@example.org"}, audit="invited"),
    "<room:slug>/join-links": Row(
        see=HOSTS, do=each(HOSTS), data={"name": "Dave", "role": "member", "minutes": "10"}, audit="vouched"
    ),
    "<room:slug>/join-links/<int:pk>/withdraw": Row(do=each(HOSTS, "own"), audit="unvouched"),
    "<room:slug>/invitations/<int:pk>/withdraw": Row(do=each(HOSTS, "own"), audit="withdrew"),
    "<room:slug>/people": Row(see=INSIDE),
    "<room:slug>/people/<int:pk>/role": Row(
        do={"owner": {"bert", "helen"}}, data=lambda target: {"role": "member" if target == "helen" else "host"}, audit="role"
    ),
    "<room:slug>/people/<int:pk>/remove": Row(
        do={"owner": {"bert", "helen"}, "host": {"bert", "self"}, "member": {"self"}}, audit="dropped"
    ),
    "<room:slug>/bans/<int:pk>/lift": Row(do=each(HOSTS, "own"), audit="unbanned"),
    "<room:slug>/role": Row(data={"role": "host", "id": "nobody"}),
    "<room:slug>/guests": Row(do=each(HOSTS), data={"wait": "yes"}, audit="edited"),
    "<room:slug>/bans/network/<int:pk>/lift": Row(do=each(HOSTS, "own"), audit="unbarred"),
    "<room:slug>/audit": Row(see=HOSTS),
    "<room:slug>/audit.csv": Row(see=HOSTS),
    "<room:slug>/history": Row(see=HOSTS),
    "<room:slug>/history.csv": Row(see=HOSTS),
    "<room:slug>/report": Row(see=HOSTS),
    "<room:slug>/report.csv": Row(see=HOSTS),
    # Of whom, is in the query: tests/schedule/test_reports_pages.py.
    "<room:slug>/report/person": Row(),
    "<room:slug>/report/date/<int:pk>": Row(see=HOSTS),
    "<room:slug>/report/meeting/<int:pk>": Row(see=HOSTS),
    "<room:slug>/schedule": Row(see=INSIDE),
    "<room:slug>/schedule/new": Row(see=HOSTS, do=each(HOSTS), data=MEETING, audit="scheduled"),
    "<room:slug>/schedule/<int:pk>": Row(see=INSIDE),
    "<room:slug>/schedule/<int:pk>/change": Row(see=HOSTS, do=each(HOSTS, "own"), data=MEETING, audit="rescheduled"),
    "<room:slug>/schedule/<int:pk>/cancel": Row(see=HOSTS, do=each(HOSTS, "own"), audit="called_off"),
    "<room:slug>/settings": Row(see=HOSTS, do=each(HOSTS), data=FORM, audit="edited"),
    "<room:slug>/lock": Row(do=each(HOSTS), data={"locked": "yes"}, audit="locked"),
    "<room:slug>/lobby": Row(do=each(HOSTS), data={"waits": "nonmembers"}, audit="edited"),
    "<room:slug>/uses": Row(do=each(HOSTS), data={"use": "camera", "hosts_only": "yes"}, audit="reserved"),
    "<room:slug>/delete": Row(see=("owner",), do={"owner": {"room"}}, audit="deleted"),
    "<room:slug>/schedule/<int:pk>/meeting.ics": Row(see=INSIDE),
    "<room:slug>/schedule/<int:pk>/invitees": Row(
        see=HOSTS, do=each(HOSTS, "own"), data={"addresses": "dave@example.org"}, audit="invited"
    ),
    "<room:slug>/invitees/<int:pk>/withdraw": Row(do=each(HOSTS, "own"), audit="withdrew"),
    # Whoever has the link answers for the person, and reads the feed.
    "invited/<str:token>": Row(see=ACTORS, do=each(ACTORS), data={"choice": "yes"}),
    "invited/<str:token>/silence": Row(see=ACTORS, do=each(ACTORS)),
    "invited/<str:token>/meeting.ics": Row(see=ACTORS),
    "feed": Row(see=SIGNED_IN, do=each(SIGNED_IN)),
    "feed/<str:token>.ics": Row(see=ACTORS),
    "<written:slug>": Row(),
    # Whoever it is, for a page in a frame they are a guest.
    "embed.js": Row(see=ACTORS),
    "embed/<room:slug>": Row(),
    "embed/<room:slug>/passcode": Row(),
    "embed/join/<str:token>": Row(see=ACTORS),
    "embed/join/<str:token>/passcode": Row(see=ACTORS),
}
OURS: Final = [route for route in routes(get_resolver()) if not route.startswith(("admin/", *ELSEWHERE))]
ADMINS: Final = [route for route in routes(get_resolver()) if route.startswith("admin/")]


def test_every_address_of_ours_has_a_row() -> None:
    assert set(ROWS) == set(OURS)


@dataclass
class Scene:
    """Alice owns the room, Hank and Helen host it, Bob and Bert are members. Only members may enter."""

    room: Room
    clients: dict[str, Client]

    def rows(self, route: str, actor: str) -> dict[str, int]:
        """By target: the key of the row that an address is about. Empty if it is about the room."""
        if "<int:pk>" not in route:
            return {}
        if "/tokens/" in route:
            return {"own": Token.objects.get().pk, "unknown": 10**6}
        if "/people/" not in route:
            kind = next(kind for name, kind in KINDS.items() if name in route)
            found = kind.objects.filter(starts_at__lt=timezone.now()) if kind is Occurrence else kind.objects.all()
            ours = {_room_of(row) == self.room.pk: row.pk for row in found}
            return {"own": ours[True], "elsewhere": ours[False], "unknown": 10**6}
        keys = {member.user.display_name: member.pk for member in Membership.objects.filter(room=self.room)}
        elsewhere = Membership.objects.exclude(room=self.room).get().pk
        found = {"bert": keys["Bert"], "helen": keys["Helen"], "owner": keys["Alice"], "elsewhere": elsewhere, "unknown": 10**6}
        return {**found, "self": keys.get(PEOPLE.get(actor, ""), 10**6)}

    def asked(self, route: str) -> Iterator[tuple[str, Client, str, str]]:
        """Who asks, about whom, and at which address."""
        paths: dict[int, str] = {}
        for actor, client in self.clients.items():
            for target, key in (self.rows(route, actor) or {"room": 0}).items():
                if key not in paths:
                    paths[key] = self.address(route, key)
                yield actor, client, target, paths[key]

    def address(self, route: str, key: int = 0) -> str:
        route = (
            route.replace("setup/<str:token>", "setup/x")
            .replace("silence/<str:token>", "silence/x")
            .replace("<slug:digest>", "x")
        )
        for name, value in (("<int:pk>", str(key)), ("<written:slug>", self.room.slug.upper())):
            route = route.replace(name, value)
        return address(route, self.room)


def _room_of(row: Any) -> int:
    return int(row.scheduled.room_id if isinstance(row, Occurrence | Invitee) else row.room_id)


KINDS: Final[dict[str, Any]] = {
    **{"/bans/network/": NetworkBan, "/bans/": Ban, "/invitations/": Invitation},
    "/join-links/": JoinLink,
    **{"/report/date/": Occurrence, "/report/meeting/": Meeting},
    **{"/schedule/": ScheduledMeeting, "/invitees/": Invitee},
}


@pytest.fixture
def scene() -> Scene:
    users = {actor: person(name) for actor, name in PEOPLE.items()}
    User.objects.filter(pk=users["staff"].pk).update(is_staff=True, is_superuser=True)
    room, elsewhere = make_room(users["owner"], access="members"), make_room(users["other"], access="members")
    for user, role in (
        (users["host"], "host"),
        (person("Helen"), "host"),
        (users["member"], "member"),
        (person("Bert"), "member"),
    ):
        Membership.objects.create(room=room, user=user, role=role)
    Ban.objects.create(room=room, user=users["banned"], name="Bill")
    Ban.objects.create(room=elsewhere, guest="g", name="Gus")
    for number, one in enumerate((room, elsewhere)):
        NetworkBan.objects.create(room=one, prefix=f"192.0.2.{number}", name="Bill", ends_at="2100-01-01T00:00Z")
        Invitation.objects.create(room=one, email="carol@example.org", by=users["owner"])
        one.join_links.create(name="Dave", role="member", by=users["owner"], expires_at="2100-01-01T00:00Z")
        lesson = enter(one, users["owner"], weekly())
        sitting = Meeting.objects.create(room=one, ended_at=timezone.now())
        for actor, user in users.items():
            sitting.attendances.create(participant=actor, user=user, name=str(user), role="guest", left_at=timezone.now())
        make_date(one, timezone.now() - timedelta(hours=1))
        Invitee.objects.create(scheduled=lesson, email="carol@example.org")
    Feed.objects.create(user=users["owner"])
    tokens.issue_to(users["owner"], "Timetable", [Scope.ROOMS_READ], timedelta(days=1))
    AuditEntry.objects.all().delete()
    clients = {actor: Client(raise_request_exception=False) for actor in ACTORS}
    for actor, user in users.items():
        clients[actor].force_login(user)
    clients["guest"].cookies[settings.GUEST_COOKIE_NAME] = guests.sign("carol")
    return Scene(room, clients)


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """What is written meanwhile is not, here or there."""
    cookies = dict(client.cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()
    client.cookies.clear()
    client.cookies.update(cookies)


def test_who_gets_a_page(scene: Scene) -> None:
    for route in OURS:
        for actor, client, target, path in scene.asked(route):
            with undone(client):
                status = client.get(path).status_code
            sees = actor in ROWS[route].see and target in {"room", "own"}
            assert status == 200 if sees else status in REFUSED, (route, actor, target, status)


def test_whose_form_is_carried_out(scene: Scene) -> None:
    before = database()
    for route in OURS:
        row = ROWS[route]
        for actor, client, target, path in scene.asked(route):
            with undone(client):
                status = client.post(path, row.data(target) if callable(row.data) else row.data).status_code
                audits = [*AuditEntry.objects.values_list("action", flat=True)]
                if target in row.do.get(actor, ()):
                    assert audits == [row.audit] * bool(row.audit), (route, actor, target, status)
                    assert database() != before, (route, actor, target, status)
                else:
                    assert status in REFUSED | ({200, 422} if actor in row.see else set()), (route, actor, target, status)
                    assert (audits, database()) == ([], before), (route, actor, target)


def test_the_admin_is_for_those_who_run_the_server(scene: Scene) -> None:
    before = database()
    paths = {path for route in ADMINS if (path := address(route, scene.room))} - {"/admin/login/", "/admin/logout/"}
    for path in sorted(paths):
        for actor in (one for one in ACTORS if one != "staff"):
            for ask in (scene.clients[actor].get, scene.clients[actor].post):
                status = ask(path).status_code
                assert status in {302, 403, 404, 405}, (path, actor, status)
        assert database() == before, path
    assert all(scene.clients[actor].get("/profile").status_code == 200 for actor in SIGNED_IN), "somebody was signed out"
