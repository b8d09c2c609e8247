"""Join links: each takes one person into a room, once, and then is the pass by which they have their role until it expires."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, cast, get_args

from django.core import signing
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.throttle import Limit
from rooms.models import JoinLink, JoinLinkQuerySet, Membership, Room
from signaling.permissions import Standing, can
from signaling.ports import Presence
from signaling.protocol.values import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

LIFE_MAX: Final = timedelta(days=1)
#: For how long a link that was used gives its role: longer than a meeting, with everything that interrupts it.
STAY: Final = timedelta(hours=12)
#: How many one person makes.
LIMIT: Final = Limit("join-links", 600, 60 * 60)
_SALT = "rooms.join-link"


class Pass(NamedTuple):
    """What a link that was used gives its person. ``name`` is for one without an account."""

    role: Role
    name: str


NO_PASS: Final = Pass("guest", "")


def token(link: JoinLink) -> str:
    return signing.dumps(link.pk, salt=_SALT)


def address(request: HttpRequest, link: JoinLink) -> str:
    """Where the link leads. Whoever has it can use it."""
    return request.build_absolute_uri(reverse("follow", args=[token(link)]))


def offered(standing: Standing) -> list[Role]:
    """The roles that links of somebody in this standing can give."""
    return [role for role in get_args(Role) if can(standing, "vouch", role)]


def withdrawable(room: Room, standing: Standing) -> JoinLinkQuerySet:
    """The links that nobody has used yet, as far as somebody in this standing may withdraw them."""
    links: JoinLinkQuerySet = room.join_links.all()
    return links.unused().current().filter(role__in=offered(standing))


def read(token: str) -> JoinLink | None:
    """The link of this token, with ``expired``. None if it was deleted, which happens a day after it has expired.

    Raises ``signing.BadSignature`` for a token that this server has not made.
    """
    return find(signing.loads(token, salt=_SALT))


def find(pk: int) -> JoinLink | None:
    """The link with this key, with ``expired``. None if it was deleted."""
    over = ExpressionWrapper(Q(expires_at__lte=Now()), output_field=BooleanField())
    return JoinLink.objects.select_related("room", "by").annotate(**{"expired": over}).filter(pk=pk).first()


def used_by(link: JoinLink, user: User | AnonymousUser, guest: str) -> bool:
    """Whether it was this person who used the link."""
    return link.used and (link.user_id, link.guest) == ((user.pk, "") if user.is_authenticated else (None, guest))


def holds(link: JoinLink) -> bool:
    """Whether whoever made the link may still give its role. That of the deployment itself may, as long as the link lives."""
    return (link.by is None or link.by.is_active) and can(_standing(link), "vouch", cast(Role, link.role))


def _standing(link: JoinLink) -> Standing:
    if link.by_staff:
        return "staff" if link.by is None or link.by.is_staff else "guest"
    membership = Membership.objects.filter(room=link.room_id, user=link.by_id).first()
    return cast(Role, membership.role) if membership is not None else "guest"


def passes(rooms: Collection[int], people: Collection[Presence]) -> Mapping[tuple[str, str], Pass]:
    """By room and identity, the passes of these people in these rooms. One query."""
    identities = [one.identity.partition(":") for one in people]
    users = {int(key) for kind, _, key in identities if kind == "user"}
    guests = {key for kind, _, key in identities if kind == "guest"}
    links = JoinLink.objects.used().current().filter(Q(user__in=users) | Q(guest__in=guests), room__in=rooms).order_by("pk")
    return {(str(link.room_id), _identity(link)): Pass(cast(Role, link.role), link.name) for link in links}


def _identity(link: JoinLink) -> str:
    return f"user:{link.user_id}" if link.user_id is not None else f"guest:{link.guest}"
