"""What the database stores of rooms: members, invitations, bans, meetings, attendance, audit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final, NoReturn, cast

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from rooms import policy, slugs
from signaling.permissions import Action, actions, holders
from signaling.protocol import Opening, Policy, Role, Waits, Writers
from signaling.settings import RoomSettings

CAPACITY_MIN, CAPACITY_DEFAULT, CAPACITY_MAX = 2, 8, 50
NAME_LENGTH = 64
#: Why an entry of the audit is neither changed nor deleted.
APPEND_ONLY: Final = "the audit is only added to"


def lends_relay() -> bool:
    """Whether this deployment has a relay for those who cannot, or must not, connect directly."""
    return bool(settings.TURN_URLS and settings.TURN_SECRET)


class Use(models.TextChoices):
    """See ``signaling.protocol.Use``."""

    MICROPHONE = "microphone", _("Microphone")
    CAMERA = "camera", _("Camera")
    SCREEN = "screen", _("Sharing the screen")
    CHAT = "chat", _("Chat")
    FILES = "files", _("Sending files")
    REACTIONS = "reactions", _("Reactions")


def in_order(uses: Collection[str]) -> str:
    """The value of ``Room.hosts_only`` for these uses."""
    return " ".join(use for use in Use.values if use in uses)


class RoomQuerySet(models.QuerySet["Room"]):
    """Rooms are fetched *for* somebody, so that the permission is always checked. The results have that person's ``role``."""

    def owned_by(self, user_id: int | None) -> RoomQuerySet:
        return self._as(user_id, "owner")

    def permitting(self, user_id: int | None, action: Action) -> RoomQuerySet:
        """The rooms in which this user may do this."""
        return self._as(user_id, *holders(action))

    def shared_with(self, user_id: int | None) -> RoomQuerySet:
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

    def with_pass(self, user_id: int | None, guest: str) -> RoomQuerySet:
        """The same rooms, with the ``pass_role`` and the ``pass_name`` that a join link gave this person for now."""
        person = Q(user=user_id) if user_id else Q(user__isnull=True, guest=guest) & ~Q(guest="")
        latest = JoinLink.objects.used().current().filter(person, room=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            **{
                "pass_role": Coalesce(Subquery(latest.values("role")[:1]), Value("guest")),
                "pass_name": Coalesce(Subquery(latest.values("name")[:1]), Value("")),
            }
        )

    def _as(self, user_id: int | None, *roles: Role) -> RoomQuerySet:
        return self.filter(memberships__in=Membership.objects.filter(user=user_id, role__in=roles)).seen_by(user_id)

    def seen_by(self, user_id: int | None, guest: str = "", prefix: str = "") -> RoomQuerySet:
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


class Membership(models.Model):
    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        HOST = "host", _("Host")
        MEMBER = "member", _("Member")

    room = models.ForeignKey(Room, models.CASCADE, related_name="memberships", verbose_name=_("room"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.MEMBER)

    #: What the person who sees the list may do to this membership.
    manageable: bool
    promotable: bool
    #: Whether the address of its user is verified, for lists.
    verified: bool

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(
                name="membership_once",
                fields=("room", "user"),
                violation_error_message=_("This person is already in the room."),
            ),
            models.UniqueConstraint(
                name="membership_one_owner",
                fields=("room",),
                condition=Q(role="owner"),
                violation_error_message=_("A room has one owner."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class Invitation(models.Model):
    """A membership offered by e-mail. The link is signed, works once, and stops working when the row is deleted."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="invitations", verbose_name=_("room"))
    email = models.EmailField(_("e-mail address"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    mail = models.ForeignKey("accounts.Mail", models.SET_NULL, null=True, related_name="+", editable=False)

    #: For lists: where it is accepted.
    link: str

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created_at",)
        constraints = (models.UniqueConstraint(name="invitation_once", fields=("room", "email")),)

    def __str__(self) -> str:
        return self.email


class JoinLinkQuerySet(models.QuerySet["JoinLink"]):
    def current(self) -> JoinLinkQuerySet:
        return self.filter(expires_at__gt=Now())

    def unused(self) -> JoinLinkQuerySet:
        return self.filter(user__isnull=True, guest="")

    def used(self) -> JoinLinkQuerySet:
        return self.exclude(user__isnull=True, guest="")


class JoinLink(models.Model):
    """Takes one person into a room, once, with a name and a role.

    Until it is used, ``expires_at`` is when the link ends. From then on ``user`` or ``guest`` is who used it, and
    ``expires_at`` is when the role ends that it gave them.
    """

    class Role(models.TextChoices):
        HOST = "host", _("Host")
        MEMBER = "member", _("Member")
        GUEST = "guest", _("Guest")

    room = models.ForeignKey(Room, models.CASCADE, related_name="join_links", verbose_name=_("room"))
    name = models.CharField(_("name"), max_length=64)
    role = models.CharField(_("role"), max_length=8, choices=Role)
    language = models.CharField(_("language"), max_length=16, blank=True)
    #: None for a link of the deployment, which is ``by_staff``.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    by_staff = models.BooleanField(default=False, editable=False)
    expires_at = models.DateTimeField(_("until"), db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("user"))
    guest = models.CharField(_("guest"), max_length=64, blank=True)

    #: For a link that is followed: whether it has expired, by the clock of the database.
    expired: bool

    objects = JoinLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("join link")
        verbose_name_plural = _("join links")
        constraints = (models.CheckConstraint(name="join_link_maker", condition=Q(by__isnull=False) | Q(by_staff=True)),)
        indexes = (
            models.Index(name="join_link_guest", fields=("room", "guest")),
            models.Index(name="join_link_user", fields=("room", "user")),
        )

    def __str__(self) -> str:
        return f"{self.name}: {self.get_role_display()}"

    @property
    def used(self) -> bool:
        return self.user_id is not None or bool(self.guest)


class Ban(models.Model):
    """Keeps one user, or the owner of one guest's cookie, out of a room."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="bans", verbose_name=_("room"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("user")
    )
    guest = models.CharField(_("guest"), max_length=64, blank=True)
    name = models.CharField(_("name"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                name="ban_user_or_guest",
                condition=(Q(user__isnull=False) & Q(guest="")) | (Q(user__isnull=True) & ~Q(guest="")),
                violation_error_message=_("A ban is for a user or for a guest."),
            ),
            models.UniqueConstraint(name="ban_user_once", fields=("room", "user"), condition=Q(user__isnull=False)),
            models.UniqueConstraint(name="ban_guest_once", fields=("room", "guest"), condition=~Q(guest="")),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def identity(self) -> str:
        """The identity that it keeps out."""
        return f"user:{self.user_id}" if self.user_id is not None else f"guest:{self.guest}"


class NetworkBanQuerySet(models.QuerySet["NetworkBan"]):
    def current(self) -> NetworkBanQuerySet:
        return self.filter(ends_at__gt=Now())


class NetworkBan(models.Model):
    """Keeps people without an account who come from a network out of a room until ``ends_at``. ``name``: because of whom.

    It removes nobody: whoever is in the meeting stays, and can resume.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="network_bans", verbose_name=_("room"))
    #: The ``accounts.networks.client_prefix`` of an address.
    prefix = models.CharField(_("network"), max_length=64)
    name = models.CharField(_("because of"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    ends_at = models.DateTimeField(_("until"), db_index=True)

    objects = NetworkBanQuerySet.as_manager()

    class Meta:
        verbose_name = _("ban of a network")
        verbose_name_plural = _("bans of networks")
        ordering = ("-created_at",)
        constraints = (models.UniqueConstraint(name="network_ban_once", fields=("room", "prefix")),)

    def __str__(self) -> str:
        return self.prefix


class Meeting(models.Model):
    """One sitting in a room, from the first join to the last leave."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="meetings", verbose_name=_("room"))
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        #: As it was called before: workers of that release write here while an upgrade lasts (docs/decisions/meetings.md).
        db_table = "rooms_session"
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("-started_at", "-pk")
        constraints = (models.UniqueConstraint(name="meeting_one_open", fields=("room",), condition=Q(ended_at__isnull=True)),)
        indexes = (models.Index(name="meeting_latest", fields=("room", "-started_at")),)

    def __str__(self) -> str:
        return f"{self.room}, {self.started_at:%Y-%m-%d %H:%M}"


class Attendance(models.Model):
    """One participant's stay in a meeting. ``guest`` is whose cookie it is, kept until the meeting ends."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        HOST = "host", _("Host")
        MEMBER = "member", _("Member")
        GUEST = "guest", _("Guest")

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="attendances", db_column="session_id", verbose_name=_("meeting")
    )
    participant = models.CharField(_("participant"), max_length=32)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("user")
    )
    guest = models.CharField(_("guest"), max_length=64, blank=True, editable=False)
    #: The stays of one person in a meeting have one number. It stays when ``user`` and ``guest`` are known no more.
    person = models.PositiveIntegerField(null=True, editable=False)
    name = models.CharField(_("name"), max_length=64)
    role = models.CharField(_("role"), max_length=8, choices=Role)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=16, blank=True)
    #: What a host keeps it from now: a use and ``stopped`` or ``forbidden``.
    restrictions = models.JSONField(default=dict, db_default={}, editable=False)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ("joined_at", "pk")
        constraints = (models.UniqueConstraint(name="attendance_once", fields=("meeting", "participant")),)
        indexes = (models.Index(name="attendance_open", fields=("participant",), condition=Q(left_at__isnull=True)),)

    def __str__(self) -> str:
        return self.name


class BreakoutRoom(models.Model):
    """A breakout room of a meeting."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="breakout_rooms", verbose_name=_("meeting"))
    place = models.CharField(max_length=32, editable=False)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)

    class Meta:
        verbose_name = _("breakout room")
        verbose_name_plural = _("breakout rooms")
        constraints = (models.UniqueConstraint(name="breakout_room_once", fields=("meeting", "place")),)

    def __str__(self) -> str:
        return self.name


class BreakoutStay(models.Model):
    """When somebody was in a breakout room. It ends with their attendance at the latest, also without ``left_at``."""

    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="breakouts", verbose_name=_("attendance"))
    room = models.ForeignKey(BreakoutRoom, models.CASCADE, related_name="stays", verbose_name=_("breakout room"))
    entered_at = models.DateTimeField(_("entered"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    class Meta:
        verbose_name = _("stay in a breakout room")
        verbose_name_plural = _("stays in breakout rooms")
        ordering = ("entered_at", "pk")

    def __str__(self) -> str:
        return str(self.room)


class Dismissal(models.Model):
    """Why somebody who waited was denied or removed. For those who were present, attendance has it. Kept for a day."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="+", verbose_name=_("room"))
    participant = models.CharField(_("participant"), max_length=32)
    reason = models.CharField(_("reason"), max_length=16)
    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("dismissal")
        verbose_name_plural = _("dismissals")
        constraints = (models.UniqueConstraint(name="dismissal_once", fields=("room", "participant")),)

    def __str__(self) -> str:
        return f"{self.participant} {self.reason}"


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def update(self, **values: Any) -> NoReturn:
        raise TypeError(APPEND_ONLY)

    def bulk_update(self, *args: Any, **options: Any) -> NoReturn:
        raise TypeError(APPEND_ONLY)

    def unname_actor(self) -> None:
        super().update(actor=None, actor_name="")

    def unname_target(self) -> None:
        super().update(target="")


class AuditEntry(models.Model):
    """Who changed what. Written in the transaction of the change, and never edited, except that ``rooms/personal.py`` takes out
    the name of somebody who wants that. Entries are deleted by their age alone.
    """

    class Action(models.TextChoices):
        CREATED = "created", _("made the room")
        EDITED = "edited", _("changed the settings")
        DELETED = "deleted", _("deleted the room")
        LOCKED = "locked", _("locked the room")
        UNLOCKED = "unlocked", _("unlocked the room")
        ENDED = "ended", _("ended the meeting")
        ADMITTED = "admitted", _("let in")
        DENIED = "denied", _("turned away")
        REMOVED = "removed", _("removed from the meeting")
        BANNED = "banned", _("kept out")
        DIVIDED = "divided", _("opened breakout rooms")
        MOVED = "moved", _("moved to another room")
        GATHERED = "gathered", _("closed the breakout rooms")
        UNBANNED = "unbanned", _("let back in")
        STOPPED = "stopped", _("stopped")
        FORBIDDEN = "forbidden", _("forbade")
        FREED = "freed", _("allowed again")
        RESERVED = "reserved", _("left only to hosts")
        OPENED = "opened", _("opened to everyone")
        BARRED = "barred", _("kept guests out of the network of")
        UNBARRED = "unbarred", _("let guests back in from the network of")
        ADDED = "added", _("added as a member")
        ROLE = "role", _("changed the role")
        DROPPED = "dropped", _("took out of the room")
        INVITED = "invited", _("invited")
        ACCEPTED = "accepted", _("accepted the invitation")
        DECLINED = "declined", _("declined the invitation")
        WITHDREW = "withdrew", _("withdrew the invitation")
        VOUCHED = "vouched", _("made a join link for")
        UNVOUCHED = "unvouched", _("withdrew the join link for")
        FOLLOWED = "followed", _("entered by a join link")
        SCHEDULED = "scheduled", _("scheduled a meeting")
        RESCHEDULED = "rescheduled", _("changed a scheduled meeting")
        CALLED_OFF = "called_off", _("cancelled a scheduled meeting")
        FORGOT = "forgot", _("took a name out of the activity")
        PASSCODE = "passcode", _("gave too many wrong passcodes")

    room = models.ForeignKey(Room, models.SET_NULL, null=True, related_name="audit_entries", verbose_name=_("room"))
    room_name = models.CharField(_("room"), max_length=NAME_LENGTH)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("actor"))
    actor_name = models.CharField(_("actor"), max_length=150, blank=True)
    action = models.CharField(_("action"), max_length=16, choices=Action)
    target = models.CharField(_("target"), max_length=200, blank=True)
    #: What somebody was kept from, or everybody.
    use = models.CharField(_("use"), max_length=16, choices=Use, blank=True, db_default="")
    address = models.CharField(_("network"), max_length=64, blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ("-at", "-pk")
        indexes = (models.Index(name="audit_latest", fields=("room", "-at", "-id")),)

    def __str__(self) -> str:
        return f"{self.actor_name} {self.get_action_display()} {self.target}".strip()

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise TypeError(APPEND_ONLY)
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(APPEND_ONLY)

    @property
    def whom(self) -> str:
        """The target as it is read: settings by their names."""
        if self.action != self.Action.EDITED:
            return self.target
        labels = {field.name: str(field.verbose_name) for field in Room._meta.concrete_fields}
        return ", ".join(labels.get(name, name) for name in self.target.split(", "))
