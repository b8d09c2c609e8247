"""Headers by which a proxy shows itself."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

FORWARDED: Final = (
    *("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"),
    *("cf-connecting-ip", "true-client-ip"),
)


def seen(names: Container[str]) -> list[str]:
    """Those of these header names, in lower case, that a proxy sets."""
    return [name for name in FORWARDED if name in names]
