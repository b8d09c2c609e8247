"""What a token may be used for, besides what its person may do."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Scope(TextChoices):
    ROOMS_READ = "rooms:read", _("Read rooms and their settings")
    ROOMS_WRITE = "rooms:write", _("Create, change and delete rooms")
    PEOPLE_READ = "people:read", _("Read members, invitations and bans")
    PEOPLE_WRITE = "people:write", _("Change members, invitations, bans and join links")
    MEETINGS_READ = "meetings:read", _("Read scheduled meetings and who is invited")
    MEETINGS_WRITE = "meetings:write", _("Schedule, change and cancel meetings, and invite people")
    LIVE_READ = "live:read", _("See who is in a meeting now")
    LIVE_WRITE = "live:write", _("Act in meetings: admit, remove, mute, end")
    REPORTS_READ = "reports:read", _("Read attendance and the audit")
    USERS_READ = "users:read", _("Read users, for administrators")
    USERS_WRITE = "users:write", _("Create and change users, for administrators")
