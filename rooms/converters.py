"""Converters for slugs of rooms in paths: ``room`` takes the normal form, ``written`` what people type. Importing this registers
them.
"""

from __future__ import annotations

from django.urls import register_converter

from rooms import slugs


class SlugConverter:
    regex = slugs.PATTERN

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class WrittenSlugConverter:
    """A slug as people write it (:func:`slugs.read`). It is the last route: what is no slug matches nothing."""

    regex = "[^/]{10,40}/?"

    def to_python(self, value: str) -> str:
        slug = slugs.read(value)
        if slug is None:
            raise ValueError(value)
        return slug

    def to_url(self, value: str) -> str:
        return value


register_converter(SlugConverter, "room")
register_converter(WrittenSlugConverter, "written")
