from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from rooms import identities

NOBODY = AnonymousUser()

pytestmark = pytest.mark.django_db


def test_an_account_goes_before_the_guest_of_the_same_browser(alice: User) -> None:
    assert identities.identify(alice, "c4rol") == f"user:{alice.pk}"
    assert identities.identify(NOBODY, "c4rol") == "guest:c4rol"
    assert identities.identify(NOBODY, "") is None


def test_behind_an_identity_is_a_user_or_nobody(alice: User) -> None:
    identity = f"user:{alice.pk}"
    assert identities.user_behind(identity) == alice
    alice.delete()
    for nobody in (identity, "guest:1", "user:", "user:x"):
        assert identities.user_behind(nobody) is None


def test_nobody_sees_an_email_address(alice: User) -> None:
    assert (identities.display_name(alice), identities.display_name(NOBODY)) == ("Alice", "")
    alice.display_name = ""
    assert identities.display_name(alice) == "alice"
