"""Meetings at a time: what was agreed, the dates that follow from it, who is asked to come and what they answered.

A scheduled meeting is wall-clock time in a zone, so that it stays at ten o'clock when the clocks change. Its dates are rows
with absolute times: calendars, reminders and pages read them (``docs/decisions/scheduled-meetings.md``).
"""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.clock import Moment
from rooms.models import Ban, Membership, Room
from schedule import wording
from signaling.permissions import holders

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

TITLE_LENGTH: Final = 120
AGENDA_LENGTH: Final = 4_000
COMMENT_LENGTH: Final = 500
MINUTES_MAX: Final = 24 * 60


def _new_uid() -> str:
    return uuid.uuid4().hex


class ScheduledMeetingQuerySet(models.QuerySet["ScheduledMeeting"]):
    def visible_to(self, user: User | AnonymousUser) -> ScheduledMeetingQuerySet:
        """Of rooms that this person belongs to, and those to which they were invited with their account."""
        return self.of(user.pk) if user.is_authenticated else self.none()

    def of(self, user: Any) -> ScheduledMeetingQuerySet:
        """The same for somebody with an account. ``user`` is their key, or an expression for it."""
        belonging = Membership.objects.filter(user=user, role__in=holders("view")).values("room")
        invited = Invitee.objects.filter(user=user).values("scheduled")
        found = self.filter(Q(room__in=belonging) | Q(pk__in=invited))
        return found.exclude(room__in=Ban.objects.filter(user=user).values("room"))


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    def visible_to(self, user: User | AnonymousUser) -> OccurrenceQuerySet:
        """The dates of scheduled meetings that this person may see."""
        return self.filter(scheduled__in=ScheduledMeeting.objects.visible_to(user))

    def of(self, user: Any) -> OccurrenceQuerySet:
        """The same for somebody with an account. ``user`` is their key, or an expression for it."""
        return self.filter(scheduled__in=ScheduledMeeting.objects.of(user))

    def between(self, start: Moment, end: Moment) -> OccurrenceQuerySet:
        """Those with a part in this time, cancelled ones as well, in order."""
        begins = Q(starts_at__lt=end, starts_at__gt=start - timedelta(minutes=MINUTES_MAX))
        return self.filter(begins, ends_at__gt=start).order_by("starts_at", "pk")

    def upcoming(self, now: Moment) -> OccurrenceQuerySet:
        """Those that are not over and not cancelled, in order."""
        return self.filter(cancelled=False, ends_at__gt=now).order_by("starts_at", "pk")

    def near(self, back: timedelta, ahead: Any) -> OccurrenceQuerySet:
        """Those among them that begin from so long ago to so long ahead, by the clock of the database."""
        return self.upcoming(Now()).filter(starts_at__gt=Now() - back, starts_at__lte=Now() + ahead)


class ScheduledMeeting(models.Model):
    """One entry of the calendar. Without a ``rule`` it has one date, else those of the rule."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="scheduled", verbose_name=_("room"))
    organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="organised", verbose_name=_("organiser")
    )
    #: UID of RFC 5545 (section 3.8.4.7). It never changes.
    uid = models.CharField(max_length=64, unique=True, default=_new_uid, editable=False)
    #: SEQUENCE of RFC 5545 (section 3.8.7.4). Rises with each change that the invited are told of.
    sequence = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    agenda = models.TextField(_("agenda"), max_length=AGENDA_LENGTH, blank=True)
    #: The first date and its beginning, as a clock in ``zone`` shows them.
    date = models.DateField(_("date"))
    begins = models.TimeField(_("begins at"))
    minutes = models.PositiveSmallIntegerField(
        _("length in minutes"), validators=[MinValueValidator(1), MaxValueValidator(MINUTES_MAX)]
    )
    #: A name of the IANA database.
    zone = models.CharField(_("time zone"), max_length=64)
    #: RRULE of RFC 5545 (section 3.3.10), "" if it does not recur.
    rule = models.CharField(_("recurrence"), max_length=200, blank=True)
    #: Dates before this are rows, as the rules of the zone were then. None: there are none to come.
    planned_until = models.DateTimeField(null=True, editable=False)
    #: The entry whose later dates this one took over ("this and following").
    follows = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="followers", editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = ScheduledMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheduled meeting")
        verbose_name_plural = _("scheduled meetings")
        ordering = ("date", "begins", "pk")
        indexes = (models.Index(name="scheduled_unplanned", fields=("planned_until",), condition=Q(planned_until__isnull=False)),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("scheduled", args=[self.room.slug, self.pk])

    @property
    def recurs(self) -> str:
        """The rule as people read it, "" without one."""
        return wording.describe(self.rule, self.date, self.zone)


class Occurrence(models.Model):
    """One date of a scheduled meeting."""

    scheduled = models.ForeignKey(
        ScheduledMeeting, models.CASCADE, related_name="occurrences", verbose_name=_("scheduled meeting")
    )
    #: When the rule has it: RECURRENCE-ID of RFC 5545 (section 3.8.4.4). It stays when the date is moved.
    original_at = models.DateTimeField(editable=False)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    #: Whether this date was moved or given another title or agenda. Such a date stays when the others are changed.
    changed = models.BooleanField(_("changed"), default=False)
    cancelled = models.BooleanField(_("cancelled"), default=False)
    #: "" if it has those of the scheduled meeting.
    own_title = models.CharField(_("title of this date"), max_length=TITLE_LENGTH, blank=True)
    own_agenda = models.TextField(_("agenda of this date"), max_length=AGENDA_LENGTH, blank=True)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("date")
        verbose_name_plural = _("dates")
        ordering = ("starts_at", "pk")
        constraints = (
            models.UniqueConstraint(name="occurrence_once", fields=("scheduled", "original_at")),
            models.CheckConstraint(name="occurrence_ends_later", condition=Q(ends_at__gt=F("starts_at"))),
        )
        indexes = (models.Index(name="occurrence_in_order", fields=("starts_at",)),)

    def __str__(self) -> str:
        return f"{self.title}, {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def title(self) -> str:
        return self.own_title or self.scheduled.title

    @property
    def agenda(self) -> str:
        return self.own_agenda or self.scheduled.agenda


class Invitee(models.Model):
    """Somebody who is asked to come, by address. They need no account."""

    scheduled = models.ForeignKey(ScheduledMeeting, models.CASCADE, related_name="invitees", verbose_name=_("scheduled meeting"))
    #: In lower case.
    email = models.EmailField(_("e-mail address"), max_length=320)
    #: The account with this address, if it has been verified.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="invited", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=64, blank=True)
    #: The language of the page on which they were invited. Mails are in it if the person's account has no other.
    language = models.CharField(_("language"), max_length=16, blank=True)
    #: The last mail about this.
    mail = models.ForeignKey("accounts.Mail", models.SET_NULL, null=True, related_name="+", editable=False)
    invited_at = models.DateTimeField(_("invited"), db_default=Now(), editable=False)
    #: Since when they do not want mail about this.
    silent_since = models.DateTimeField(_("wants no mail since"), null=True, blank=True, editable=False)

    #: For lists: where they answer.
    link: str

    class Meta:
        verbose_name = _("invited person")
        verbose_name_plural = _("invited people")
        ordering = ("email",)
        constraints = (models.UniqueConstraint(name="invitee_once", fields=("scheduled", "email")),)

    def __str__(self) -> str:
        return self.name or self.email


def _new_key() -> str:
    return secrets.token_hex(16)


class Feed(models.Model):
    """The calendar feed of a person. Its address is made from ``key``."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    key = models.CharField(max_length=32, unique=True, default=_new_key, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return str(self.user)


class Answer(models.Model):
    """What an invited person answered, for all dates or for one."""

    class Choice(models.TextChoices):
        YES = "yes", _("Yes")
        MAYBE = "maybe", _("Maybe")
        NO = "no", _("No")

    invitee = models.ForeignKey(Invitee, models.CASCADE, related_name="answers", verbose_name=_("invited person"))
    #: None: for all dates without an answer of their own.
    occurrence = models.ForeignKey(
        Occurrence, models.CASCADE, null=True, blank=True, related_name="answers", verbose_name=_("date")
    )
    choice = models.CharField(_("answer"), max_length=8, choices=Choice)
    comment = models.CharField(_("comment"), max_length=COMMENT_LENGTH, blank=True)
    at = models.DateTimeField(_("time"), db_default=Now())

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("-at",)
        constraints = (
            models.UniqueConstraint(name="answer_once", fields=("invitee", "occurrence"), condition=Q(occurrence__isnull=False)),
            models.UniqueConstraint(name="answer_once_for_all", fields=("invitee",), condition=Q(occurrence__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.invitee}: {self.get_choice_display()}"


class NotificationChoices(models.Model):
    """How somebody with an account wants to hear of meetings. Without a row, the defaults count."""

    class About(models.TextChoices):
        NOTHING = "nothing", _("No meetings")
        INVITED = "invited", _("Meetings that I organise or am invited to")
        ALL = "all", _("All meetings of my rooms")

    class Summaries(models.TextChoices):
        NONE = "none", _("No meetings")
        SCHEDULED = "scheduled", _("Scheduled meetings")
        ALL = "all", _("All meetings, also those that were not scheduled")

    class Before(models.IntegerChoices):
        FIVE = 5, _("5 minutes before")
        TEN = 10, _("10 minutes before")
        QUARTER = 15, _("15 minutes before")
        HALF = 30, _("30 minutes before")
        HOUR = 60, _("1 hour before")
        TWO_HOURS = 120, _("2 hours before")
        DAY = 24 * 60, _("1 day before")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_choices", verbose_name=_("user")
    )
    mail = models.CharField(_("mail before"), max_length=8, choices=About, default=About.INVITED)
    mail_minutes = models.PositiveSmallIntegerField(_("mail when"), choices=Before, default=Before.HOUR)
    browser = models.CharField(_("notification before"), max_length=8, choices=About, default=About.ALL)
    browser_minutes = models.PositiveSmallIntegerField(_("notification when"), choices=Before, default=Before.FIVE)
    summaries = models.CharField(_("summary after"), max_length=9, choices=Summaries, default=Summaries.SCHEDULED)

    class Meta:
        verbose_name = _("choices of notifications")
        verbose_name_plural = _("choices of notifications")

    def __str__(self) -> str:
        return str(self.user)
