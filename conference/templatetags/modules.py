from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import Library, RequestContext
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from conference.catalog import catalog
from conference.imports import graph

register = Library()


@register.inclusion_tag("modules/entry.html", takes_context=True)
def entry(context: RequestContext, path: str) -> dict[str, Any]:
    """All that loads one page's module: import map, preloads of its whole static graph, messages, and the script itself."""
    paths = _paths(path) if settings.DEBUG else _kept_paths(path)
    urls = {f"{settings.STATIC_URL}{module}": static(module) for module in paths}
    imports = {plain: url for plain, url in urls.items() if plain != url}
    return {
        "nonce": context["request"].csp_nonce,
        "importmap": _json({"imports": imports}) if imports else "",
        "preloads": list(urls.values())[1:],
        "source": static(path),
        "messages": catalog(get_language() or settings.LANGUAGE_CODE),
    }


def _paths(entry: str) -> list[str]:
    return graph(entry, lambda path: _file(path).read_text())


_kept_paths = cache(_paths)


def _file(path: str) -> Path:
    found = finders.find(path)
    if found is None:
        raise FileNotFoundError(f"no static file {path}")
    return Path(found)


def _json(value: object) -> SafeString:
    """JSON that cannot end the script element it stands in."""
    return mark_safe(json.dumps(value, separators=(",", ":")).replace("<", "\\u003c"))  # noqa: S308
