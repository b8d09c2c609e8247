"""How long something took, as people read it."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _


def in_words(time: timedelta) -> str:
    """In whole minutes, rounded down."""
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d min") % {"minutes": minutes}
