"""Lists in pages, the newest first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import BaseModel, Field

from api import etags
from api.shapes import KEY_MAX

Row = TypeVar("Row", bound=Model)

PAGE_MAX = 200


class Turn(Schema):
    """Query parameters of every list. Those of one list are a subclass of this."""

    limit: Annotated[int, Field(ge=1, le=PAGE_MAX, description="How many at most.")] = 50
    cursor: Annotated[
        int | None, Field(ge=1, le=KEY_MAX, description="From `next` of the page before. Do not make one yourself.")
    ] = None


def page(request: HttpRequest, turn: Turn, rows: QuerySet[Row, Any], describe: Callable[[Row], BaseModel]) -> HttpResponse:
    """A page: ``items``, and where the ``next`` one is, null after the last. It is JSON here: the library would check each item a
    second time.
    """
    found = rows.order_by("-pk")
    if turn.cursor is not None:
        found = found.filter(pk__lt=turn.cursor)
    batch = [*found[: turn.limit + 1]]
    items = batch[: turn.limit]
    following = _address(request, items[-1].pk) if len(batch) > turn.limit else None
    content = etags.dump({"items": [describe(row).model_dump() for row in items], "next": following})
    return HttpResponse(content, content_type="application/json; charset=utf-8")


def _address(request: HttpRequest, cursor: int) -> str:
    query = {**request.GET.dict(), "cursor": str(cursor)}
    return f"{request.path}?{urlencode(query)}"
