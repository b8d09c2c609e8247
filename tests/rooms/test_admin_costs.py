"""An admin page costs as many queries for fifty rows as for two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from api import tokens
from api.models import Token
from api.scopes import Scope
from conference.models import Branding, Notice, RelayUse
from embedding.models import Site
from events.models import Event
from jobs.models import Job
from lti.models import Course, Platform
from rooms import history
from rooms.models import Attendance, AuditEntry, Ban, Invitation, Meeting, Membership, NetworkBan, Room
from schedule.models import Answer, Invitee, NotificationChoices, ScheduledMeeting
from tests.cast import person
from tests.rooms.conftest import Enter
from tests.rooms.scenes import make_room
from tests.schedule.scenes import enter, fields
from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)


def somebody(number: int) -> User:
    return person(f"Person{number}")


def meeting(number: int) -> Meeting:
    began = NINE + timedelta(hours=number)
    return Meeting.objects.create(room=make_room(somebody(number)), started_at=began, ended_at=began)


def account(number: int) -> SocialAccount:
    return SocialAccount.objects.create(user=somebody(number), provider="oidc", uid=str(number))


def endpoint(number: int) -> Endpoint:
    owner = somebody(number)
    return Endpoint.objects.create(room=make_room(owner), url=f"https://example.org/{number}", creator=owner)


def app(number: int) -> SocialApp:
    return SocialApp.objects.create(provider="oidc", name=str(number), client_id=str(number))


def token(number: int) -> Token:
    person = somebody(number)
    return tokens.issue(str(number), [Scope.ROOMS_READ], timedelta(days=1), user=person, created_by=person)[0]


def lesson(number: int) -> ScheduledMeeting:
    owner = somebody(number)
    return enter(make_room(owner), owner, fields(title=str(number)))


def invitee(number: int) -> Invitee:
    return Invitee.objects.create(scheduled=lesson(number), user=somebody(number + 200), email="a@example.org")


#: A row of each list, everything it shows different from every other row's.
ROWS: dict[type[Model], Callable[[int], object]] = {
    Platform: lambda number: Platform.objects.create(name=str(number), issuer=str(number), client="c"),
    Course: lambda number: Course.objects.create(
        platform=Platform.objects.get_or_create(name="i", issuer="i")[0], context=str(number), room=make_room(somebody(number))
    ),
    Group: lambda number: Group.objects.create(name=str(number)),
    User: somebody,
    Branding: lambda number: Branding.objects.get_or_create(pk=1),
    RelayUse: lambda number: RelayUse.objects.create(
        room=make_room(somebody(number)), participant=str(number), allocation=str(number)
    ),
    Notice: lambda number: Notice.objects.create(text=str(number), shown_from=NINE, shown_until=NINE),
    LogEntry: lambda number: LogEntry.objects.create(
        user=somebody(number), content_type=ContentType.objects.get_for_model(User), action_flag=2, object_repr=str(number)
    ),
    Job: lambda number: Job.objects.create(kind=str(number), about=str(number)),
    Room: lambda number: make_room(somebody(number)),
    Membership: lambda number: make_room(somebody(number)),
    Ban: lambda number: Ban.objects.create(
        room=make_room(somebody(number)), user=somebody(number + 100), by=somebody(number), name="x"
    ),
    Invitation: lambda number: Invitation.objects.create(
        room=make_room(somebody(number)), by=somebody(number), email="a@example.org"
    ),
    NetworkBan: lambda number: NetworkBan.objects.create(
        room=make_room(somebody(number)), by=somebody(number), prefix=str(number), ends_at=NINE
    ),
    Meeting: meeting,
    Attendance: lambda number: Attendance.objects.create(
        meeting=meeting(number), participant=str(number), user=somebody(number), role="guest"
    ),
    AuditEntry: lambda number: AuditEntry.objects.create(
        room=make_room(somebody(number)), actor=somebody(number), action="locked"
    ),
    Authenticator: lambda number: Authenticator.objects.create(user=somebody(number), type="totp", data={}),
    Event: lambda number: Event.objects.create(kind="joined", room=number),
    Endpoint: endpoint,
    Delivery: lambda number: Delivery.objects.create(
        endpoint=endpoint(number), event=Event.objects.create(kind="joined", room=number), room=number
    ),
    Token: token,
    Site: lambda number: Site.objects.create(origin=f"https://{number}.example", room=make_room(somebody(number))),
    ScheduledMeeting: lesson,
    Invitee: invitee,
    Answer: lambda number: Answer.objects.create(
        invitee=invitee(number), occurrence=lesson(number + 100).occurrences.get(), choice="yes"
    ),
    NotificationChoices: lambda number: NotificationChoices.objects.create(user=somebody(number)),
    SocialApp: app,
    SocialAccount: account,
    SocialToken: lambda number: SocialToken.objects.create(app=app(number), account=account(number), token="t"),
}


def cost(client: Client, url: str) -> int:
    ContentType.objects.get_for_models(*ROWS)  # remembered from the first page on
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_every_list_is_here() -> None:
    assert set(admin.site._registry) == set(ROWS)


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_a_list_costs_the_same_for_more_rows(olgas: Client, model: type[Model]) -> None:
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for number in range(2):
        ROWS[model](number)
    before = cost(olgas, url)
    for number in range(2, 12):
        ROWS[model](number)
    assert cost(olgas, url) == before


def test_a_room_costs_the_same_for_more_people(olgas: Client) -> None:
    room = make_room(somebody(0))
    url = reverse("admin:rooms_room_change", args=[room.pk])

    def more(numbers: range) -> int:
        for number in numbers:
            Membership.objects.create(room=room, user=somebody(number), role="member")
            Ban.objects.create(room=room, user=somebody(number + 100), by=somebody(number), name="x")
        return cost(olgas, url)

    assert more(range(1, 3)) == more(range(3, 13))


def test_a_live_page_costs_the_same_for_more_people(olgas: Client, enter: Enter) -> None:
    room = make_room(somebody(0), capacity=50)
    url = reverse("admin:live_meeting", args=[room.pk])

    def more(numbers: range) -> int:
        for number in numbers:
            enter(room, f"Person{number}", f"guest:{number}")
            history.joined(str(room.pk), f"p{number}", f"guest:{number}", f"Person{number}", "guest")
            history.audit(str(room.pk), None, "admitted", (f"Person{number}", "guest"))
        return cost(olgas, url)

    assert more(range(1, 3)) == more(range(3, 13))


def test_a_meeting_costs_the_same_for_more_people(olgas: Client) -> None:
    long = meeting(0)
    url = reverse("admin:rooms_meeting_change", args=[long.pk])

    def more(numbers: range) -> int:
        for number in numbers:
            Attendance.objects.create(meeting=long, participant=str(number), user=somebody(number), role="guest")
        return cost(olgas, url)

    assert more(range(1, 3)) == more(range(3, 13))


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_a_page_to_add_a_row_shows_no_object_of_python(olgas: Client, model: type[Model]) -> None:
    answer = olgas.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add"))
    assert answer.status_code in {200, 302, 403} and " object at 0x" not in answer.content.decode()
    assert "&lt;" not in answer.content.decode()
