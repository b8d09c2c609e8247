"""An invitation is good for one account; making that account accepts it. An account that is deleted leaves its rooms behind."""

from __future__ import annotations

from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.signals import enrolled, invited
from rooms import actions, invitations, succession


@receiver(invited)
def holds_invitation(request: HttpRequest, **_: object) -> bool:
    return invitations.read(request.session.get("invitation", "")) is not None


@receiver(enrolled)
def accept(request: HttpRequest, user: User, **_: object) -> bool:
    invitation = invitations.read(request.session.pop("invitation", ""))
    return invitation is not None and actions.accept(user, invitation)


@receiver(pre_delete, sender=User)
def leave(instance: User, **_: object) -> None:
    succession.bequeath(instance)
