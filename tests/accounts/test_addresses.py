"""Which addresses of earlier installations are verified, and for whom."""

from __future__ import annotations

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection

from accounts import addresses
from accounts.models import User

pytestmark = pytest.mark.django_db


def person(email: str, *rows: tuple[str, bool, bool]) -> User:
    """An account with rows of address, primary and verified."""
    user = User.objects.create_user(email, "x")
    for address, primary, verified in rows:
        EmailAddress.objects.create(user=user, email=address, primary=primary, verified=verified)
    return user


def test_what_an_administrator_gave_counts_and_what_somebody_typed_does_not() -> None:
    from_admin = person("olga@example.org")
    seen_by_allauth = person("bob@example.org", ("bob@example.org", False, False))
    changed_in_admin = person("new@example.org", ("old@example.org", True, True))
    signed_up = person("mallory@example.org", ("mallory@example.org", True, False))
    confirmed = person("carol@example.org", ("carol@example.org", True, True))
    taken = person("carol2@example.org")
    EmailAddress.objects.create(user=confirmed, email="carol2@example.org", verified=True)
    migration = import_module("accounts.migrations.0002_verified_addresses")
    migration.trust_administrators(apps, connection.schema_editor())
    trusted = addresses.verified_among(User.objects.all())
    assert trusted == {from_admin.pk, seen_by_allauth.pk, changed_in_admin.pk, confirmed.pk}
    assert [*addresses.identifying(changed_in_admin)] == ["new@example.org"]
    assert User.objects.create_superuser("root@example.org", "x").pk in addresses.verified_among(User.objects.all())
    assert not addresses.identifying(signed_up).exists() and not addresses.identifying(taken).exists()
