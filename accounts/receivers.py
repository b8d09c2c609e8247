"""What follows the beginning and the end of a login.

The end of a login closes its sockets. Signing out ends one login, a new password all except the one that set it. Disabling or
deleting an account ends all, and so does an administrator who ends the logins of a person.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Final

from allauth.account.signals import password_reset
from allauth.core import context
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts import languages, logins, zones
from accounts.models import User
from signaling import live

COUNTED: Final = frozenset({"password", "is_active", "logins_version"})


@receiver(user_logged_in)
def signed_in(request: HttpRequest, **_: object) -> None:
    logins.name(request.session)


@receiver(user_logged_in)
def keep_zone(request: HttpRequest, user: User, **_: object) -> None:
    """An account that says no time zone gets that of the browser."""
    if not user.time_zone and (guess := zones.guess(request.COOKIES)):
        user.time_zone = guess
        User.objects.filter(pk=user.pk, time_zone="").update(time_zone=guess)


@receiver(user_logged_in)
def keep_language(user: User, **_: object) -> None:
    languages.keep(user, get_language() or "")


@receiver(user_logged_out)
def signed_out(request: HttpRequest, **_: object) -> None:
    if login := logins.of(request.session):
        logins.end(name=login)
        transaction.on_commit(partial(live.revoke, login=login))


@receiver(pre_save, sender=User)
def compare(instance: User, using: str, update_fields: Collection[str] | None = None, **_: object) -> None:
    """Before a user is saved, note whether that ends logins. Django ends the sessions in the same cases."""
    counts = update_fields is None or not COUNTED.isdisjoint(update_fields)
    before = User.objects.using(using).filter(pk=instance.pk).first() if counts and instance.pk else None
    instance.ends_logins = before is not None and (_credentials(before) != _credentials(instance) or not instance.is_active)


def _credentials(user: User) -> tuple[str, int]:
    return user.password, user.logins_version


@receiver(post_save, sender=User)
def saved(instance: User, **_: object) -> None:
    if instance.ends_logins:
        _end_logins(instance, spare=_own_login(instance) if instance.is_active else None)


@receiver(password_reset)
@receiver(post_delete, sender=User)
def ended(user: User | None = None, instance: User | None = None, **_: object) -> None:
    """End all logins of the person, also that of the browser which resets the password."""
    if person := user or instance:
        _end_logins(person, spare=None)


def _own_login(user: User) -> str | None:
    """The login of the present request, if it is one of ``user``."""
    request = context.request
    return logins.of(request.session) if request is not None and request.user.pk == user.pk else None


def _end_logins(user: User, *, spare: str | None) -> None:
    logins.end(user=user.pk, spare=spare)
    transaction.on_commit(partial(live.revoke, identity=f"user:{user.pk}", spare=spare))
