"""A directory keeps the accounts of the deployment."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from accounts import addresses
from accounts.models import User
from tests.api.scenes import System, problem
from tests.cast import person
from tests.working import work_off

pytestmark = pytest.mark.django_db


def staff(name: str, *permissions: str) -> User:
    user = person(name)
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return User.objects.get(pk=user.pk)


def test_the_deployment_makes_an_account_and_carol_chooses_a_password(mailoutbox: list[object]) -> None:
    system = System(None)
    made = system.post("users", {"email": "Carol@Example.org", "display_name": "Carol"})
    assert made.status_code == 201
    carol = User.objects.get(email="carol@example.org")
    assert (carol.display_name, carol.has_usable_password(), addresses.is_verified(carol)) == ("Carol", False, True)
    assert system.get(f"users/{carol.pk}").json() == made.json()
    assert "password" not in made.content.decode() and "staff" not in made.content.decode()
    work_off()
    assert len(mailoutbox) == 1 and "/password/reset/key/" in getattr(mailoutbox[0], "body", "")
    assert LogEntry.objects.get().object_repr == "Carol"


def test_without_a_mail(mailoutbox: list[object]) -> None:
    made = System(None).post("users", {"email": "carol@example.org", "display_name": "Carol", "mail": False})
    work_off()
    assert (made.status_code, mailoutbox) == (201, [])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"email": "alice@example.org", "display_name": "A"}, "#/email"),
        ({"email": "nobody", "display_name": "A"}, "#/email"),
        ({"email": "carol@example.org", "display_name": "\u200b"}, "#/display_name"),
        ({"email": "carol@example.org", "display_name": "A", "is_staff": True}, "#/is_staff"),
        ({"email": "carol@example.org", "display_name": "A", "password": "x"}, "#/password"),
    ],
    ids=str,
)
def test_a_bad_value_is_named_and_nobody_is_made(alice: User, body: object, pointer: str) -> None:
    system = System(None)
    count = User.objects.count()
    refused = system.post("users", body)
    assert (problem(refused), refused.json()["errors"][0]["pointer"]) == ("invalid", pointer)
    assert User.objects.count() == count


def test_an_account_is_found_renamed_and_closed(alice: User, bob: User) -> None:
    system, bobs = System(None), System(bob)
    (found,) = system.get("users?email=BOB").json()["items"]
    assert (found["id"], found["active"], found["email_verified"]) == (bob.pk, True, True)
    path, seen = f"users/{bob.pk}", system.get(f"users/{bob.pk}")["ETag"]
    assert system.patch(path, {"display_name": "Robert"}, if_match=seen).json()["display_name"] == "Robert"
    assert problem(system.patch(path, {"active": False}, if_match=seen)) == "changed"
    assert system.patch(path, {"active": False}).json()["active"] is False
    assert problem(bobs.get("rooms")) == "unauthenticated"
    assert [item["id"] for item in system.get("users?active=false").json()["items"]] == [bob.pk]
    for bad in ({"is_superuser": True}, {"email": "x@example.org"}, {"active": "perhaps"}):
        assert problem(system.patch(path, bad)) == "invalid"


def test_people_of_the_staff_may_what_they_may_in_the_admin(alice: User, bob: User) -> None:
    looks = System(staff("Sam", "view_user"))
    assert looks.get("users").status_code == looks.get(f"users/{bob.pk}").status_code == 200
    assert problem(looks.patch(f"users/{bob.pk}", {"active": False})) == "forbidden"
    assert problem(looks.post("users", {"email": "c@example.org", "display_name": "C"})) == "forbidden"
    assert System(staff("Olga", "change_user")).patch(f"users/{bob.pk}", {"display_name": "Rob"}).status_code == 200
    bob.user_permissions.set(Permission.objects.all())
    for system in (System(alice), System(User.objects.get(pk=bob.pk))):
        assert problem(system.get("users")) == problem(system.get(f"users/{alice.pk}")) == "forbidden"
