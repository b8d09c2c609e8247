from __future__ import annotations

from typing import Any

from django.template import Context, Library

from schedule import invitees, links
from schedule.models import ScheduledMeeting
from signaling.permissions import can

register = Library()


@register.inclusion_tag("schedule/invited.html", takes_context=True)
def invited(context: Context, scheduled: ScheduledMeeting) -> dict[str, Any]:
    """The section of a scheduled meeting about whom is invited: for hosts how many and what they answered, for the invited their
    own answer. ``room`` of the context was fetched for the person who reads.
    """
    user, keeper = context["request"].user, can(context["room"].role, "invite")
    mine = scheduled.invitees.filter(user=user).first() if user.is_authenticated else None
    return {
        "scheduled": scheduled,
        "keeper": keeper,
        "tally": invitees.tally(scheduled) if keeper else None,
        "answer": links.answer(links.token(mine.pk)) if mine else "",
        "given": mine.answers.filter(occurrence=None).first() if mine else None,
    }
