"""Another system invites Carol to Alice's room."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from accounts.models import User
from rooms import invitations
from rooms.models import AuditEntry, Invitation, Room
from tests.api.scenes import System, problem
from tests.rooms.scenes import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


def test_alice_invites_carol_by_mail(room: Room, alice: User, settings: LazySettings) -> None:
    settings.EMAIL_URL = "smtp://localhost"
    system, path = System(alice), f"rooms/{room.slug}/invitations"
    made = system.post(path, {"email": "Carol@example.org"})
    assert made.status_code == 201
    assert made.json()["email"] == "carol@example.org"
    assert (made.json()["by"], made.json()["mail"]) == ("Alice", "waiting")
    assert invitations.read(made.json()["address"].rpartition("/")[2]) == Invitation.objects.get()
    listed = {name: value for name, value in made.json().items() if name != "address"}
    assert system.get(path).json()["items"] == [listed]
    assert system.get(made["Location"].partition("/api/v1/")[2]).json() == listed


def test_the_deployment_invites_and_withdraws_without_mail(room: Room) -> None:
    system, path = System(None), f"rooms/{room.slug}/invitations"
    made = system.post(path, {"email": "carol@example.org"}).json()
    assert (made["by"], made["mail"]) == (None, None)
    assert system.delete(f"{path}/{made['id']}").status_code == 204
    assert problem(system.delete(f"{path}/{made['id']}")) == "not-found"
    entries = AuditEntry.objects.order_by("pk").values_list("actor_name", "action", "target")
    assert [*entries] == [("Timetable", "invited", "carol@example.org"), ("Timetable", "withdrew", "carol@example.org")]


def test_who_and_whom(room: Room, alice: User, bob: User, mallory: User) -> None:
    path = f"rooms/{room.slug}/invitations"
    for system, answer in ((System(bob), "forbidden"), (System(mallory), "not-found")):
        assert problem(system.get(path)) == problem(system.post(path, {"email": "c@example.org"})) == answer
    for email in ("carol", "bob@example.org", "a@" + "b" * 300, ""):
        assert problem(System(alice).post(path, {"email": email})) == "invalid"
    assert not Invitation.objects.exists()


def test_a_person_has_one_limit_on_pages_and_here(room: Room, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "LIMIT", invitations.LIMIT.__class__("mails", 1, 60))
    first, second = System(alice), System(alice)
    assert first.post(f"rooms/{room.slug}/invitations", {"email": "c@example.org"}).status_code == 201
    refused = second.post(f"rooms/{room.slug}/invitations", {"email": "d@example.org"})
    assert (problem(refused), refused["Retry-After"]) == ("too-many-requests", "60")
    assert System(None).post(f"rooms/{room.slug}/invitations", {"email": "d@example.org"}).status_code == 201
