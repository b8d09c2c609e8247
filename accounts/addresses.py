"""Which e-mail addresses identify a person.

An address is verified by a link that was mailed to it, by the OpenID Connect provider, or by an administrator. An address
that is not verified identifies nobody: anybody may have typed it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from accounts.prepared import Key

#: For querysets of users: is the address of this account verified?
VERIFIED = Exists(EmailAddress.objects.filter(user=OuterRef("pk"), email=OuterRef("email"), verified=True))


def is_verified(user: User) -> bool:
    """Whether the address of this account is verified."""
    return bool(EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists())


def verified_among(users: Iterable[User]) -> set[int]:
    """The primary keys of those users whose address is verified. One query."""
    return set(User.objects.filter(VERIFIED, pk__in=[user.pk for user in users]).values_list("pk", flat=True))


def identifying(user: User | Key) -> QuerySet[Any, str]:
    """Every verified address of this account, also for queries."""
    addresses: QuerySet[Any, str] = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return addresses


def is_taken(email: str, *, but: User | None = None) -> bool:
    """Whether another account has this address verified."""
    return bool(EmailAddress.objects.filter(email=email, verified=True).exclude(user=but).exists())


@transaction.atomic
def assign(user: User) -> None:
    """Set the address of an account, by an administrator: it is verified, and no other address signs in or gets mail.

    The caller has asked :func:`is_taken`.
    """
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def vouch(user: User) -> bool:
    """Verify the address of an account, by an administrator or the provider. False if another account has it verified."""
    if is_taken(user.email, but=user):
        return False
    primary = not EmailAddress.objects.filter(user=user, primary=True).exists()
    address, _ = EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": primary})
    return bool(address.set_verified())
