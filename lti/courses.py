"""The room of a course, and the way into it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.names import clean_name
from lti.messages import Launch
from lti.models import Course, Platform
from rooms import commands
from rooms.models import NAME_LENGTH, JoinLink, Room
from signaling.permissions import Actor

#: From the launch to the click.
LINK_LIFE: Final = timedelta(minutes=10)


def admit(platform: Platform, launch: Launch) -> JoinLink | None:
    """A join link into the room of the course, as a host for those who teach. None until somebody who teaches has come."""
    course = _course(platform, launch)
    if course is None:
        return None
    role = JoinLink.Role.HOST if launch.teaches else JoinLink.Role.MEMBER
    name = _named(launch.name) or (_("Teacher") if launch.teaches else _("Participant"))
    language = launch.language if launch.language in dict(settings.LANGUAGES) else ""
    return commands.vouch(_actor(platform), course.room, name, role, life=LINK_LIFE, language=language)


def _course(platform: Platform, launch: Launch) -> Course | None:
    place = {"platform": platform, "deployment": launch.deployment, "context": launch.context}
    course = Course.objects.select_related("room").filter(**place).first()
    if course is None and launch.teaches:
        try:
            return _opened(platform, launch)
        except IntegrityError:  # another teacher came in the same moment
            return Course.objects.select_related("room").get(**place)
    return course


@transaction.atomic
def _opened(platform: Platform, launch: Launch) -> Course:
    room = Room(name=_named(launch.title) or _("Course"), access=Room.Access.MEMBERS)
    commands.create(_actor(platform), room)
    return Course.objects.create(platform=platform, deployment=launch.deployment, context=launch.context, room=room)


def _actor(platform: Platform) -> Actor:
    return Actor("staff", f"platform:{platform.pk}", str(platform))


def _named(text: str) -> str:
    """The text as a name; "" if it has nothing that is visible."""
    try:
        return clean_name(text[:NAME_LENGTH])
    except ValidationError:
        return ""
