from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD


def test_an_address_is_one_address_in_any_case(db: None) -> None:
    user = User.objects.create_user(" Alice@Example.org", PASSWORD, display_name="Alice")
    assert user.email == "alice@example.org"
    assert User.objects.get_by_natural_key("ALICE@example.org") == user
    with pytest.raises(IntegrityError):
        User.objects.create_user("ALICE@EXAMPLE.ORG", PASSWORD)


def test_a_user_has_an_address(db: None) -> None:
    with pytest.raises(ValueError):
        User.objects.create_user("", PASSWORD)


def test_nobody_is_more_than_a_user_by_default(alice: User) -> None:
    assert not alice.is_staff and not alice.is_superuser
    assert str(alice) == alice.get_full_name() == alice.get_short_name() == "Alice"


@pytest.mark.parametrize("name", ["", " ", "a" * 65, "a\u202eb", "a\x00b", "\u200b", "\ud800"])
def test_a_name_that_would_not_be_seen_as_written_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        User(email="a@example.org", password="x", display_name=name).clean_fields()


def test_a_person_is_found_by_key_alone_and_with_conditions(alice: User, bob: User) -> None:
    assert [User.objects.get(pk=alice.pk), User.objects.get(pk=str(bob.pk))] == [alice, bob]
    assert User.objects.get(pk=alice.pk, email=alice.email) == User.objects.db_manager("default").get(pk=alice.pk) == alice
    for conditions in ({"pk": 0}, {"pk": None}, {"pk": 2**63}, {"pk": -(2**63) - 1}, {"pk": alice.pk, "email": bob.email}):
        with pytest.raises(User.DoesNotExist):
            User.objects.get(**conditions)


def test_only_the_people_of_a_group_are_found_in_it(alice: User, bob: User) -> None:
    group = Group.objects.create(name="Friends")
    group.user_set.add(bob)
    assert group.user_set.get(pk=bob.pk) == bob
    with pytest.raises(User.DoesNotExist):
        group.user_set.get(pk=alice.pk)


def test_a_link_to_reset_the_password_of_nobody_is_no_error(client: Client) -> None:
    assert client.get("/accounts/password/reset/key/ZZZZZZZZZZZZZ-abc/").status_code == 200
