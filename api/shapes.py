"""Shapes that several resources have."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from accounts import clock
from accounts.models import User

KEY_MAX: Final = 2**63 - 1
#: The id of a row.
Key = Annotated[int, Field(ge=1, le=KEY_MAX)]


def _near(moment: datetime) -> datetime:
    if moment.year not in clock.YEARS:
        raise ValueError("Choose a time between 2000 and 2100.")
    return moment


#: A time with its offset (RFC 3339) that every zone and database can express.
Time = Annotated[AwareDatetime, AfterValidator(_near)]


def without_defaults(schema: dict[str, Any]) -> None:
    """For bodies of changes: what is left out stays as it is."""
    for one in schema["properties"].values():
        one.pop("default", None)


class Output(BaseModel):
    """What is sent. It is made of values, or of an object that has them as attributes.

    It is no ``Schema`` of the library, which also resolves managers, callables and files, with Python code for each field.
    """

    model_config = ConfigDict(from_attributes=True)


class Listed(Output):
    """A page of a list. A subclass says what the ``items`` are."""

    next: str | None = Field(description="The address of the next page; null after the last.")


class Person(Output):
    """A user, by the name that others see."""

    id: int
    name: str


def person(user: User | None) -> Person | None:
    return Person(id=user.pk, name=user.display_name) if user is not None else None
