"""What the relay's ledger has of a person. Attendance says who a participant was; without it, the ledger has no name."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F
from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.personal import Part
from accounts.signals import recalled
from conference.models import RelayUse
from rooms.models import Attendance


@receiver(recalled)
def parts(user: User, **_signal: object) -> Iterable[Part]:
    stays = Attendance.objects.filter(user=user)
    uses = RelayUse.objects.filter(participant__in=stays.values("participant"), room__in=stays.values("meeting__room"))
    rows = uses.order_by("pk").values("began_at", "received", "sent", room_name=F("room__name"))
    return [Part("relay", _("Traffic through the relay"), _("This stays without the name."), [*rows])]
