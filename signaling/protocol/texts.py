"""Texts as they are shown to others: names, notes, reasons."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from signaling.protocol.bounds import FRAME_BYTES, NAME_LENGTH

#: Unicode categories that no text may have: controls, lone surrogates, line and paragraph separators.
CONTROLS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
BIDI_CONTROLS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Unicode categories whose characters show nothing by themselves: formats, spaces, and marks without a letter.
INVISIBLE: Final = frozenset({"Cf", "Zs", "Mn", "Mc", "Me"})
#: Characters of other categories that show nothing: Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt)
#: outside ``INVISIBLE``, and the blank pattern of Braille.
BLANK: Final = re.compile("[\u115f\u1160\u2065\u2800\u3164\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]")


def check_name(name: str) -> str:
    """The name as it is shown to others: a text as :func:`check_text` returns it, of 1 to 64 characters.

    Raises ValueError where that does, and when the name shows nothing at all.
    """
    return check_visible(name, NAME_LENGTH, what="name")


def check_text(text: str, most: int, *, what: str = "text") -> str:
    """A text as it is shown to others: NFC, one line, without surrounding space. It may be empty.

    Raises ValueError when it is longer than ``most`` characters, or holds a control character, a line or paragraph separator, a
    lone surrogate or a bidirectional override. The error says ``what`` it is about.
    """
    if len(text) > FRAME_BYTES:
        raise ValueError(f"{what} is too long")
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > most:
        raise ValueError(f"{what} is over {most} characters")
    if not BIDI_CONTROLS.isdisjoint(text) or not CONTROLS.isdisjoint(map(unicodedata.category, text)):
        raise ValueError(f"{what} has a control character")
    return text


def check_visible(text: str, most: int, *, what: str = "text") -> str:
    """The text as :func:`check_text` returns it. Raises ValueError where that does, and when the text shows nothing at all."""
    text = check_text(text, most, what=what)
    if INVISIBLE.issuperset(map(unicodedata.category, BLANK.sub("", text))):
        raise ValueError(f"{what} is empty or invisible")
    return text
