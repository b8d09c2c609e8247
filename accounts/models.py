from __future__ import annotations

from typing import Any, ClassVar, Final

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.names import validate_name
from accounts.prepared import Prepared
from signaling.protocol.bounds import NAME_LENGTH

MOST_KEY: Final = models.BigIntegerField.MAX_BIGINT


class UserManager(BaseUserManager["User"]):
    """Users are found by email address, which is kept in lower case."""

    use_in_migrations = True

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=self.normalize_email(username))

    def get(self, *conditions: Any, **values: Any) -> User:
        """By their key alone, as Django looks for whoever asks for a page, people are read with a prepared query. Not by the
        managers that Django derives from this one, for example for the people of a group.
        """
        key = values.get("pk")
        if conditions or len(values) != 1 or type(key) is not int or not 0 < key <= MOST_KEY or not self._is_plain:
            return super().get(*conditions, **values)
        for user in _BY_KEY(key=key):
            return user
        raise User.DoesNotExist

    @property
    def _is_plain(self) -> bool:
        return type(self) is UserManager and self.model is User and self._db is None

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        if not email:
            raise ValueError("a user needs an email address")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an administrator. The address counts as verified, because whoever may do this runs the server."""
        from accounts import addresses  # it needs the model below

        user = self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})
        addresses.assign(user)
        return user


class User(AbstractUser):
    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(
        _("email address"), unique=True, error_messages={"unique": _("Somebody already uses this email address.")}
    )
    display_name = models.CharField(
        _("display name"), max_length=NAME_LENGTH, validators=[validate_name], help_text=_("What others in a meeting see.")
    )

    #: A name of the IANA database; "" until somebody signs in with a browser that says one. Read it by ``zones.known``.
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, db_default="", default="")

    #: The language of the pages when the person signed in last; "" before. Read it by ``languages.of``.
    language = models.CharField(_("language"), max_length=16, blank=True, db_default="", default="")

    #: Raised to end every login (``logins.end_all``). It is part of what a session is checked by.
    logins_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    #: Whether saving this ends the person's logins. ``receivers.py`` sets it.
    ends_logins: bool = False

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    def __str__(self) -> str:
        return self.display_name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        by_password: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return f"{by_password}.{self.logins_version}" if self.logins_version else by_password

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


_BY_KEY: Final = Prepared(lambda key: User.objects.filter(pk=key), key=models.BigIntegerField())


class Login(models.Model):
    """A login by which somebody has joined a meeting. It is deleted when the login ends before its session does."""

    name = models.CharField(max_length=32, unique=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.user}, {self.seen_at:%Y-%m-%d}"


class SetupLink(models.Model):
    """The one-time link for the first administrator. Only a digest of its token is stored, and only the newest."""

    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.digest[:8]


class Mail(models.Model):
    """To whom a mail went, and what became of it. The mail itself is in ``job``."""

    class Status(models.TextChoices):
        #: ``job`` says what became of it.
        QUEUED = "queued", _("queued")
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused by the mail server")
        GIVEN_UP = "given_up", _("given up")

    #: As long as a form takes it (RFC 5321, section 4.5.3.1).
    to = models.EmailField(max_length=320)
    job = models.OneToOneField("jobs.Job", models.SET_NULL, null=True, related_name="+")
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    created_at = models.DateTimeField(db_default=Now())
    # The rest is the outbox of the release before, whose workers write here while an upgrade lasts (docs/decisions/jobs.md).
    sender = models.CharField(max_length=320)
    subject = models.CharField(max_length=998)
    body = models.TextField(blank=True)
    html = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (models.Index(name="mail_due", fields=("due_at",), condition=models.Q(status="waiting")),)

    def __str__(self) -> str:
        return f"{self.to}: {self.state}"

    @property
    def state(self) -> str:
        """What pages show: ``waiting``, ``sent``, ``refused`` or ``given_up``."""
        match self.job and self.job.status:
            case None:
                return self.status
            case "done":
                return self.Status.SENT
            case "running":
                return self.Status.WAITING
            case status:
                return str(status)

    @property
    def failing(self) -> bool:
        """Whether it waits after a failed attempt."""
        return self.job.failing if self.job else self.status == self.Status.WAITING and self.attempts > 0
