from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from signaling.protocol.texts import check_name
from signaling.protocol.values import Role


def clean_name(name: str) -> str:
    """The display name, normalised as in the protocol. Raises ValidationError."""
    try:
        return check_name(name)
    except ValueError as error:
        raise ValidationError(_("Use 1 to 64 visible characters."), code="name") from error


def shown_name(name: str, role: Role) -> str:
    """The name that is shown to others. A guest's is marked, because guests choose their names freely."""
    return gettext("Guest %(name)s") % {"name": name} if role == "guest" else name


def isolated(text: str) -> str:
    """The text for a plain sentence. Written from right to left, it would else move punctuation and numbers beside it."""
    is_turned = any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)
    return f"\u2068{text}\u2069" if is_turned else text


def validate_name(name: str) -> None:
    clean_name(name)
