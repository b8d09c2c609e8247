from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.prepared import Key, Text
from rooms import policy, slugs
from rooms.models.ban import Ban, NetworkBan
from rooms.models.join_link import JoinLink
from rooms.models.limits import CAPACITY_DEFAULT, CAPACITY_MAX, CAPACITY_MIN, NAME_LENGTH
from rooms.models.meeting import Meeting
from rooms.models.membership import Membership
from rooms.models.use import Use, in_order
from signaling.permissions import Action, actions, holders
from signaling.protocol.values import Opening, Policy, Role, Waits, Writers
from signaling.settings import RoomSettings


def lends_relay() -> bool:
    """Whether this deployment has a relay for those who cannot, or must not, connect directly."""
    return bool(settings.TURN_URLS and settings.TURN_SECRET)


class RoomQuerySet(models.QuerySet["Room"]):
    """Rooms are fetched *for* somebody, so that the permission is always checked. The results have that person's ``role``."""

    def owned_by(self, user_id: Key) -> RoomQuerySet:
        return self._as(user_id, "owner")

    def permitting(self, user_id: Key, action: Action) -> RoomQuerySet:
        """The rooms in which this user may do this."""
        return self._as(user_id, *holders(action))

    def shared_with(self, user_id: Key) -> RoomQuerySet:
        """The rooms of other people that this user belongs to."""
        return self._as(user_id, "host", "member")

    def held(self, pk: int | str) -> Room | None:
        """A room as it is now: until the end of the transaction nobody else changes it. None if it has been deleted."""
        return self.select_for_update(no_key=True).filter(pk=pk).first()

    def latest_first(self) -> RoomQuerySet:
        """Ordered by the last attendance, whose time is ``used_at``."""
        latest = Meeting.objects.filter(room=OuterRef("pk")).order_by("-started_at").values("started_at")[:1]
        used = self.annotate(**{"used_at": Subquery(latest)})
        return used.order_by(Coalesce("used_at", "created_at").desc(), "-pk")

    def with_pass(self, user_id: Key, guest: Text) -> RoomQuerySet:
        """Adds to each room what this person's join link gives them there: ``pass_role``, else guest, and ``pass_name``."""
        person = Q(user=user_id) if user_id else Q(user__isnull=True, guest=guest) & ~Q(guest="")
        latest = JoinLink.objects.used().current().filter(person, room=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            **{
                "pass_role": Coalesce(Subquery(latest.values("role")[:1]), Value("guest")),
                "pass_name": Coalesce(Subquery(latest.values("name")[:1]), Value("")),
            }
        )

    def _as(self, user_id: Key, *roles: Role) -> RoomQuerySet:
        return self.filter(memberships__in=Membership.objects.filter(user=user_id, role__in=roles)).seen_by(user_id)

    def seen_by(self, user_id: Key, guest: Text = "", prefix: Text = "") -> RoomQuerySet:
        """Every room, with the ``role`` of this person in it, whether they are ``banned``, and whether people without an account
        are ``barred`` who come from the network of this ``prefix``: one query, whatever the answer.
        """
        role = Membership.objects.filter(room=OuterRef("pk"), user=user_id).values("role")[:1]
        person = Q(user=user_id) if user_id else Q(user__isnull=True, guest=guest)
        bans = Ban.objects.filter(person, room=OuterRef("pk"))
        here = NetworkBan.objects.current().filter(prefix=prefix, room=OuterRef("pk")).exclude(prefix="")
        barred = Value(False) if user_id or not prefix else Exists(here)
        return self.annotate(**{"role": Coalesce(Subquery(role), Value("guest")), "banned": Exists(bans), "barred": barred})


class Room(models.Model):
    class Access(models.TextChoices):
        MEMBERS = "members", _("Only members")
        SIGNED_IN = "signed_in", _("Anyone who is signed in")
        LINK = "link", _("Anyone with the link")

    class IcePolicy(models.TextChoices):
        ALL = "all", _("Directly when possible, else through the relay")
        RELAY = "relay", _("Only through the relay: participants do not learn each other’s network address")
        DIRECT = "direct", _("Only directly: whoever cannot connect directly is not heard or seen")

    class WhoWaits(models.TextChoices):
        NOBODY = "nobody", _("Nobody")
        GUESTS = "guests", _("People without an account")
        NONMEMBERS = "nonmembers", _("Everyone but members of the room")
        NONHOSTS = "nonhosts", _("Everyone but hosts")

    class Opens(models.TextChoices):
        NEVER = "never", _("Never: hosts let people in")
        HOST = "host", _("When the first host comes")
        TIME = "time", _("At a set time")

    class Chat(models.TextChoices):
        EVERYONE = "everyone", _("Everyone")
        HOSTS = "hosts", _("Only hosts")
        NOBODY = "nobody", _("Nobody: the chat is off")

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    slug = models.CharField(_("code"), max_length=12, unique=True, default=slugs.make, editable=False)
    access = models.CharField(_("who may enter"), max_length=16, choices=Access, default=Access.LINK)
    passcode = models.CharField(_("passcode"), max_length=255, blank=True, editable=False)
    capacity = models.PositiveSmallIntegerField(
        _("seats"),
        default=CAPACITY_DEFAULT,
        validators=[MinValueValidator(CAPACITY_MIN), MaxValueValidator(CAPACITY_MAX)],
    )
    locked = models.BooleanField(_("locked"), default=False)
    #: These have defaults of the database, because workers of the release before insert rooms during an upgrade.
    waits = models.CharField(
        _("who waits before coming in"), max_length=16, choices=WhoWaits, default=WhoWaits.NOBODY, db_default=WhoWaits.NOBODY
    )
    lobby_opens = models.CharField(
        _("when waiting ends by itself"), max_length=8, choices=Opens, default=Opens.NEVER, db_default=Opens.NEVER
    )
    lobby_opens_at = models.DateTimeField(_("time at which waiting ends"), null=True, blank=True)
    #: For workers of the release before, which know no other lobby. Follows ``waits``.
    guests_wait = models.BooleanField(default=False, db_default=False, editable=False)
    ice_policy = models.CharField(
        _("how browsers connect"), max_length=8, choices=IcePolicy, default=IcePolicy.ALL, db_default=IcePolicy.ALL
    )
    chat = models.CharField(
        _("who may write in the chat"), max_length=8, choices=Chat, default=Chat.EVERYONE, db_default=Chat.EVERYONE
    )
    #: Values of :class:`Use`, in its order, separated by spaces.
    hosts_only = models.CharField(_("only hosts have"), max_length=100, blank=True, default="", db_default="")
    #: Rises in the transaction of each change.
    settings_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    #: What :meth:`RoomQuerySet.seen_by` found out about the person it looked for.
    role: Role
    banned: bool
    barred: bool
    #: What :meth:`RoomQuerySet.with_pass` found.
    pass_role: Role
    pass_name: str
    #: What :meth:`RoomQuerySet.latest_first` adds, and how many are in there, for lists; None if that is unknown.
    used_at: datetime | None
    present: int | None

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(name="room_capacity", condition=Q(capacity__gte=CAPACITY_MIN, capacity__lte=CAPACITY_MAX)),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        self.guests_wait = self.waits != self.WhoWaits.NOBODY
        if update_fields is not None and "waits" in update_fields:
            update_fields = {*update_fields, "guests_wait"}
        super().save(update_fields=update_fields, **options)

    def get_absolute_url(self) -> str:
        return reverse("room", args=[self.slug])

    def clean(self) -> None:
        if self.ice_policy == self.IcePolicy.RELAY and not lends_relay():
            raise ValidationError({"ice_policy": _("This server has no relay: nobody could connect.")})
        if self.lobby_opens == self.Opens.TIME and self.lobby_opens_at is None:
            raise ValidationError({"lobby_opens_at": _("Say the time, or choose another way.")})
        if self.lobby_opens_at is not None and self.lobby_opens_at.year not in clock.YEARS:
            raise ValidationError({"lobby_opens_at": _("Choose a time between 2000 and 2100.")})

    @property
    def permitted(self) -> frozenset[Action]:
        """What the person for whom the room was fetched may do, for templates."""
        return actions(self.role)

    @property
    def effective_ice_policy(self) -> Policy:
        return policy.effective(cast(Policy, self.ice_policy), settings.ICE_POLICY)

    @property
    def live_settings(self) -> RoomSettings:
        """The settings of this room that apply in a meeting."""
        return RoomSettings(
            version=self.settings_version,
            capacity=self.capacity,
            locked=self.locked,
            policy=self.effective_ice_policy,
            chat=cast(Writers, self.chat),
            hosts_only=self.hosts_only,
            waits=cast(Waits, self.waits),
            opens=cast(Opening, self.lobby_opens),
            opens_at=int(self.lobby_opens_at.timestamp()) if self.lobby_opens_at is not None else 0,
        )

    @property
    def waits_now(self) -> Waits:
        """Who waits, unless the time at which waiting ends is over. Whether a host has come is known in the meeting only."""
        ends = self.lobby_opens_at if self.lobby_opens == self.Opens.TIME else None
        return "nobody" if ends is not None and ends <= timezone.now() else cast(Waits, self.waits)

    @property
    def holds_guests(self) -> bool:
        """Whether people without an account wait until a host lets them in."""
        return self.waits != self.WhoWaits.NOBODY and self.lobby_opens == self.Opens.NEVER

    def reserve(self, use: Use, reserved: bool) -> str:
        """Leave a use to the owner and hosts, or open it to everyone. The field that is another now, "" if none is."""
        if use == Use.CHAT:
            before, self.chat = self.chat, self.Chat.HOSTS if reserved else self.Chat.EVERYONE
            return "chat" if self.chat != before else ""
        others = {*self.hosts_only.split()} - {use}
        before, self.hosts_only = self.hosts_only, in_order(others | ({use} if reserved else set()))
        return "hosts_only" if self.hosts_only != before else ""

    def set_passcode(self, passcode: str) -> None:
        self.passcode = make_password(passcode) if passcode else ""

    def check_passcode(self, passcode: str) -> bool:
        return bool(self.passcode) and check_password(passcode, self.passcode)

    @property
    def passcode_mark(self) -> str:
        """The value that a login keeps to show that it gave the current passcode. A new passcode invalidates it."""
        return salted_hmac("rooms.passcode", self.passcode, algorithm="sha256").hexdigest()
