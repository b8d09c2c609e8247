"""Entity tags: a client is not sent again what it has, and does not overwrite what it has not seen (RFC 9110, section 13).

A tag is the digest of the representation. Tags are compared without ``W/``: a server or proxy that compresses an answer marks
its tag as weak, and the client sends it back so.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import HttpRequest
from django.utils.http import parse_etags, quote_etag
from ninja.responses import NinjaJSONEncoder
from pydantic import BaseModel

from api.problems import Kind, Problem


def of(content: bytes) -> str:
    return quote_etag(hashlib.sha256(content).hexdigest()[:32])


def render(representation: BaseModel) -> bytes:
    """The bytes in which this is sent."""
    return dump(representation.model_dump()).encode()


def dump(data: Any) -> str:
    return json.dumps(data, cls=NinjaJSONEncoder)


def is_known(request: HttpRequest, etag: str) -> bool:
    """Whether the client has the representation with this tag (``If-None-Match``)."""
    return _names(request.headers.get("If-None-Match", ""), etag)


def must_match(request: HttpRequest, representation: BaseModel) -> None:
    """Raise a problem if the client wants to change something else than this (``If-Match``).

    Call it in the transaction of the change, while the row is held.
    """
    wanted = request.headers.get("If-Match")
    if wanted is not None and not _names(wanted, of(render(representation))):
        raise Problem(Kind.CHANGED)


def _names(header: str, etag: str) -> bool:
    tags = [tag.removeprefix("W/") for tag in parse_etags(header)]
    return tags == ["*"] or etag in tags
