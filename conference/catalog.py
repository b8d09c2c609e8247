"""The messages of JavaScript in the reader's language."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.translation.trans_real import DjangoTranslation


@cache
def catalog(language: str) -> dict[str, str | list[str]]:
    """Message to translation, or to its plural forms in order; empty for the language the source is written in."""
    try:
        translation = DjangoTranslation(language, domain="djangojs", localedirs=[str(path) for path in settings.LOCALE_PATHS])
    except OSError:
        return {}
    messages: dict[str, str | list[str]] = {}
    # Sorted, because plural forms are kept under (message, index). Django's own JavaScriptCatalog reads the same attribute.
    for key, value in sorted(dict(translation._catalog.items()).items(), key=str):  # type: ignore[attr-defined]
        match key:
            case (message, _):
                messages[message] = [*messages.get(message, []), value]
            case str() if key and value:
                messages[key] = value
    return messages
