"""What ``manage.py doctor`` found out about one part."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """``advice`` is what to do about it; empty if all is well."""

    part: str
    result: str
    advice: str = ""
