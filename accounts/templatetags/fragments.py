from __future__ import annotations

from collections.abc import Hashable

from django.template import Library
from django.utils.safestring import SafeString

from accounts import fragments

register = Library()


@register.simple_tag
def fragment(template: str, **facts: Hashable) -> SafeString:
    """See :func:`accounts.fragments.fragment`."""
    return fragments.fragment(template, fragments.reader(), **facts)
