"""Shapes that several resources have."""

from __future__ import annotations

from typing import Annotated, Final

from ninja import Schema
from pydantic import Field

KEY_MAX: Final = 2**63 - 1
#: The id of a row.
Key = Annotated[int, Field(ge=1, le=KEY_MAX)]


class Listed(Schema):
    """A page of a list. A subclass says what the ``items`` are."""

    next: str | None = Field(description="The address of the next page; null after the last.")


class Person(Schema):
    """A user, by the name that others see."""

    id: int
    name: str
