"""What rooms do when accounts change: a new account accepts its invitation; rooms of a deleted account are passed on."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from django.db import transaction
from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.signals import enrolled, invited
from rooms import commands, identities, invitations, succession
from rooms.models import Attendance
from signaling import live


@receiver(invited)
def holds_invitation(request: HttpRequest, **_: object) -> bool:
    return invitations.read(request.session.get("invitation", "")) is not None


@receiver(enrolled)
def accept(request: HttpRequest, user: User, **_: object) -> bool:
    invitation = invitations.read(request.session.pop("invitation", ""))
    return invitation is not None and commands.accept(user, invitation)


@receiver(pre_delete, sender=User)
def leave(instance: User, **_: object) -> None:
    succession.bequeath(instance)


@receiver(post_save, sender=User)
def rename(instance: User, created: bool, update_fields: Collection[str] | None = None, **_: object) -> None:
    """Change a display name also in the live meetings of the person."""
    if created or (update_fields is not None and "display_name" not in update_fields):
        return
    for room_id in Attendance.objects.filter(user=instance, left_at=None).values_list("meeting__room", flat=True).distinct():
        transaction.on_commit(partial(live.rename, str(room_id), f"user:{instance.pk}", identities.display_name(instance)))
