"""The static imports of an ES module, found in its text."""

from __future__ import annotations

import re

_TEXT = re.compile(r"""(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|`(?:\\.|[^`\\])*`|//[^\n]*|/\*.*?\*/""", re.DOTALL)
_IMPORT = re.compile(r"""^\s*(?:import|export)\b(?:[^;'"()`]*?\bfrom)?\s*["'](\.[^"']*)["']""", re.MULTILINE)


def specifiers(source: str) -> list[str]:
    """The relative specifiers of every static ``import`` and ``export … from``; comments and templates hold none."""
    return _IMPORT.findall(_TEXT.sub(lambda match: match["string"] or " ", source))
