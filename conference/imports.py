"""The static import graph of ES modules, found in their text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

_TEXT = re.compile(r"""(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|`(?:\\.|[^`\\])*`|//[^\n]*|/\*.*?\*/""", re.DOTALL)
_IMPORT = re.compile(r"""^\s*(?:import|export)\b(?:[^;'"()`]*?\bfrom)?\s*["'](\.[^"']*)["']""", re.MULTILINE)


def specifiers(source: str) -> list[str]:
    """The relative specifiers of every static ``import`` and ``export … from``; comments and templates hold none."""
    return _IMPORT.findall(_TEXT.sub(lambda match: match["string"] or " ", source))


def graph(entry: str, read: Callable[[str], str]) -> list[str]:
    """``entry`` and every module it reaches, nearest first. Paths are posix paths below one root; ``read`` gives a text."""
    found = {entry: None}
    queue = [entry]
    for path in queue:
        fresh = [target for target in _targets(path, read(path)) if target not in found]
        found.update(dict.fromkeys(fresh))
        queue.extend(dict.fromkeys(fresh))
    return list(found)


def _targets(path: str, source: str) -> Iterator[str]:
    for specifier in specifiers(source):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(path), specifier))
