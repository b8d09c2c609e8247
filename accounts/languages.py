"""In which language somebody reads mail: that of the pages when they signed in last."""

from __future__ import annotations

from django.conf import settings

from accounts.models import User


def of(user: User | None) -> str:
    """The language of this account; "" if it is not known, or if this server has it no more."""
    language = user.language if user is not None else ""
    return language if language in dict(settings.LANGUAGES) else ""


def at(email: str) -> str:
    """The language of the account that has verified this address; "" if there is none."""
    return of(User.objects.filter(emailaddress__email=email, emailaddress__verified=True).first())


def keep(user: User, language: str) -> None:
    if user.language != language:
        user.language = language
        User.objects.filter(pk=user.pk).update(language=language)
