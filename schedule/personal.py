"""What the schedule keeps of a person with an account: to show it, and to delete what is over."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts import addresses
from accounts.models import User
from accounts.personal import Part
from accounts.signals import forgotten, recalled
from schedule.models import Answer, Feed, Invitee, NotificationChoices, Occurrence, ScheduledMeeting


@receiver(recalled)
def parts(user: User, **_signal: object) -> Iterable[Part]:
    organised = ScheduledMeeting.objects.filter(organiser=user).order_by("pk")
    title = {"title": F("scheduled__title")}
    invited = _invited(user).order_by("pk").values("email", "name", "invited_at", "silent_since", **title)
    answers = Answer.objects.filter(invitee__in=_invited(user)).order_by("pk")
    feeds = Feed.objects.filter(user=user)
    choices = NotificationChoices.objects.filter(user=user)
    wanted = choices.values("mail", "mail_minutes", "browser", "browser_minutes", "summaries")
    over = _("This is deleted where the meeting is over.")
    answered = answers.values("choice", "comment", "at", title=F("invitee__scheduled__title"))
    stays = _("This stays until the account is deleted.")
    return [
        Part("scheduled", _("Scheduled meetings"), _("This stays with the room."), [*organised.values("title", "date")]),
        Part("invited", _("Invitations to scheduled meetings"), over, [*invited]),
        Part("answers", _("Answers to invitations"), over, [*answered]),
        Part("feed", _("Calendar feed"), _("This stays until the address is withdrawn."), [*feeds.values("created_at")]),
        Part("notifications", _("Choices of notifications"), stays, [*wanted]),
    ]


@receiver(forgotten)
def forget(user: User, **_signal: object) -> None:
    coming = Occurrence.objects.filter(scheduled=OuterRef("scheduled"), cancelled=False, ends_at__gt=Now())
    _invited(user).filter(~Exists(coming)).delete()


def _invited(user: User) -> QuerySet[Invitee]:
    return Invitee.objects.filter(Q(user=user) | Q(email__in=addresses.identifying(user)))
