"""The OpenAPI document of the API, which is made once, and what it says about one request."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from api import etags, problems
from api.auth import Bearer
from api.problems import Kind
from api.v1 import api

ROOT: Final = "/api/v1/"
_ALWAYS: Final = (Kind.UNAUTHENTICATED, Kind.INSUFFICIENT_SCOPE, Kind.INVALID, Kind.TOO_MANY, Kind.UNAVAILABLE)
_OF_ONE: Final = (Kind.NOT_FOUND,)
_OF_CHANGES: Final = (Kind.MALFORMED, Kind.CONFLICT, Kind.CHANGED, Kind.TOO_LARGE)
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Chosen by you. A second request with it within a day gets the same answer, and nothing is done.",
    "schema": {"type": "string", "maxLength": 128, "pattern": "^[ -~]*$"},
}
_PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "scope": {"type": "string", "description": "The scope that is missing."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON pointer into the body."},
                    "parameter": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


class _Schema(OpenAPISchema):
    """Enumerations stand where they are used, because several have one name; the library would keep the last of these."""

    _enumerations: dict[str, Any]

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        self._enumerations |= {name: {**one} for name, one in definitions.items() if "enum" in one}
        others = {name: one for name, one in definitions.items() if "enum" not in one}
        super().add_schema_definitions(_inlined(others, self._enumerations))

    def _extract_parameters(self, model: Any) -> list[Any]:
        self._enumerations = {}
        return [*_inlined(super()._extract_parameters(model), self._enumerations)]

    def _create_schema_from_model(self, *arguments: Any, **options: Any) -> tuple[Any, bool]:
        self._enumerations = {}
        schema, required = super()._create_schema_from_model(*arguments, **options)
        return _inlined(schema, self._enumerations), required

    def operation_security(self, operation: Operation) -> Any:
        """With the scope (OpenAPI 3.1, section 4.8.30), which the library leaves out."""
        super().operation_security(operation)
        return [{type(auth).__name__: [auth.scope.value]} for auth in operation.auth_callbacks if isinstance(auth, Bearer)]


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """The schema with these definitions in place of references to them."""
    match schema:
        case {"$ref": str(reference)} if (name := reference.rpartition("/")[2]) in definitions:
            return definitions[name]
        case dict():
            return {key: _inlined(value, definitions) for key, value in schema.items()}
        case list():
            return [_inlined(value, definitions) for value in schema]
        case _:
            return schema


@cache
def document() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(etags.dump(dict(_Schema(api, ROOT))))
    made["components"]["schemas"]["Problem"] = _PROBLEM
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _complete(operation, method, of_one="{" in path)
    return made


def parameters(request: HttpRequest) -> frozenset[str]:
    """The names of the query parameters that the resource of this request has."""
    return _parameters().get((_path(request), (request.method or "").lower()), frozenset())


@cache
def _content() -> bytes:
    return etags.dump(document()).encode()


@require_safe
@cache_control(public=True, max_age=300)
@condition(etag_func=lambda _request: etags.of(_content()))
def view(_request: HttpRequest) -> HttpResponse:
    """The document, for everybody. It is as good as new for five minutes, also in caches that many share."""
    return HttpResponse(_content(), content_type="application/json")


@cache
def _parameters() -> dict[tuple[str, str], frozenset[str]]:
    return {
        (path, method): frozenset(one["name"] for one in operation["parameters"] if one["in"] == "query")
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
    }


def _path(request: HttpRequest) -> str:
    """The path of the document that this request is for."""
    match = request.resolver_match
    return "/" + re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", match.route) if match is not None else ""


def _complete(operation: dict[str, Any], method: str, *, of_one: bool) -> None:
    """Add what every operation may answer."""
    if method == "post":
        operation["parameters"].append(_KEY)
    kinds = [*_ALWAYS, *(_OF_ONE if of_one else ()), *(() if method == "get" else _OF_CHANGES)]
    if method == "get":
        operation["responses"]["304"] = {"description": "The client has it: see `If-None-Match`."}
    for kind in kinds:
        operation["responses"].setdefault(str(kind.status), _response(kind))


def _response(kind: Kind) -> dict[str, Any]:
    return {"description": kind.title, "content": {problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
