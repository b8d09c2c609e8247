from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template import Library
from django.utils.translation import get_language

from conference import bundles
from conference.catalog import catalog

register = Library()


@register.inclusion_tag("page.html")
def page(name: str) -> dict[str, Any]:
    """The tags that load the stylesheet and the script of the page ``name``, and the messages of the script in the reader's
    language.
    """
    return {"page": bundles.page(name), "messages": catalog(get_language() or settings.LANGUAGE_CODE)}
