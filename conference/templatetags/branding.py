from __future__ import annotations

from django.template import Library

from conference import branding
from conference.branding import Brand

register = Library()


@register.simple_tag
def product() -> str:
    """What this deployment is called."""
    return branding.known.get().name


@register.simple_tag
def brand() -> Brand:
    return branding.known.get()
