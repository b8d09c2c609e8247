from __future__ import annotations

from django.dispatch import receiver

from accounts.signals import called
from conference import branding


@receiver(called)
def name(**_: object) -> str:
    return branding.known.get().own_name
