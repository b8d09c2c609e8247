from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.template import Library
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from conference import bundles
from conference.bundles import Page
from conference.catalog import catalog

register = Library()


@register.simple_tag
def page(name: str) -> SafeString:
    """The tags that load the stylesheet and the script of the page ``name``, and the messages of the script in the reader's
    language.
    """
    return _tags(bundles.page(name), get_language() or settings.LANGUAGE_CODE)


@lru_cache
def _tags(loaded: Page, language: str) -> SafeString:
    return render_to_string("page.html", {"page": loaded, "messages": catalog(language)})
