"""What is kept of a person, to show and to delete. Each app answers for its own tables (``accounts/signals.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.db import transaction
from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts import addresses
from accounts.models import Login, Mail, User
from accounts.signals import forgotten, recalled

#: What an account itself says of its person.
OWN: Final = ("display_name", "email", "time_zone", "language", "date_joined", "last_login")


@dataclass(frozen=True)
class Part:
    """Rows of one kind that are about a person. ``name`` stands in the file, ``title`` on the page. ``fate`` says what becomes of
    them when the person wants them deleted.
    """

    name: str
    title: str
    fate: str
    rows: list[Mapping[str, Any]]


def recall(user: User) -> list[Part]:
    """Everything that is kept of this person."""
    answers: list[tuple[Any, Any]] = recalled.send(User, user=user)
    return [part for _receiver, parts in answers for part in parts if part.rows]


@transaction.atomic
def forget(user: User, by: User) -> None:
    """Delete what is kept of this person and not in use. ``by``: the person, or an administrator for them."""
    forgotten.send(User, user=user, by=by)


@receiver(recalled)
def parts(user: User, **_signal: object) -> Iterable[Part]:
    stays = _("This stays until the account is deleted.")
    account = {name: getattr(user, name) for name in OWN}
    own = EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
    return [
        Part("account", _("Account"), stays, [account]),
        Part("addresses", _("E-mail addresses"), stays, [*own]),
        Part("logins", _("Logins"), _("A login ends with signing out."), [*Login.objects.filter(user=user).values("seen_at")]),
        Part("mails", _("E-mails to this person"), _("This is deleted after 14 days by itself."), [*_mails(user)]),
    ]


def _mails(user: User) -> Iterable[Mapping[str, Any]]:
    """That they were sent; their content is not kept."""
    return Mail.objects.filter(to__in=addresses.identifying(user)).order_by("pk").values("to", "created_at")
