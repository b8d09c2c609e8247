"""Signed links of invited people. Whoever has one answers for the person, as with any mail."""

from __future__ import annotations

from typing import Final

from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse

from schedule.entries import absolute
from schedule.models import Invitee

#: Without a time: the link of a person is always the same, and ends with the invitation.
_signer: Final = signing.Signer(salt="schedule.invitee")


def token(pk: int) -> str:
    """The token of an invited person, always the same."""
    return _signer.sign_object(pk)


def find(token: str) -> Invitee | None:
    """The person behind a link. None if it is forged, or if they are invited no more."""
    try:
        pk = _signer.unsign_object(token)
    except signing.BadSignature:
        return None
    return _invitees().filter(pk=pk).first()


def answer(token: str) -> str:
    """Where a person answers."""
    return absolute(reverse("answer", args=[token]))


def silence(token: str) -> str:
    """Where a person says that they want no mail about a meeting."""
    return absolute(reverse("silence", args=[token]))


def _invitees() -> QuerySet[Invitee]:
    return Invitee.objects.select_related("scheduled__room", "scheduled__organiser", "user")
