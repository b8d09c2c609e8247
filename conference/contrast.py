"""Contrast of colours as WCAG 2.2 defines it."""

from __future__ import annotations

import re
from typing import Final

#: A colour as ``<input type=color>`` gives it.
HEX: Final = re.compile(r"#[0-9a-f]{6}\Z")
#: What text needs on its background at level AA.
ENOUGH: Final = 4.5


def ratio(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
