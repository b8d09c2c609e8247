"""The reference of the API as a page, from its document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from api import rates
from api.document import document
from api.once import KEY_LENGTH
from api.pages import PAGE_MAX
from api.problems import Kind
from api.scopes import Scope

_DEPTH_MAX: Final = 4
_EXAMPLES: Final = {"code": "abc-defg-hij", "zone": "Europe/London", "addresses": ["carol@example.org"]}
_BOUNDS: Final = (
    *(("minimum", "at least {}"), ("maximum", "at most {}"), ("minLength", "at least {} characters")),
    *(("maxLength", "at most {} characters"), ("minItems", "at least {} items"), ("maxItems", "at most {} items")),
)


@dataclass(frozen=True)
class Value:
    """A parameter, or a member of a body. ``name`` is a path, for example ``items[].code``."""

    name: str
    place: str
    kind: str
    required: bool
    text: str
    bounds: list[str]
    choices: list[Any]


@dataclass(frozen=True)
class Answer:
    status: str
    text: str
    values: list[Value]


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    title: str
    text: str
    scope: str
    parameters: list[Value]
    body: list[Value]
    answers: list[Answer]
    problems: list[Answer]
    example: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "api/reference.html", {"operations": _operations(get_language() or "")})


@cache
def _operations(language: str) -> str:
    """The part of the page that is the same for everybody who reads ``language``."""
    facts = {
        **{"groups": groups(), "kinds": [*Kind], "scopes": [*Scope], "rate": rates.LIMIT},
        **{"page_max": PAGE_MAX, "key_length": KEY_LENGTH},
    }
    return render_to_string("api/operations.html", facts)


def groups() -> dict[str, list[Operation]]:
    """All operations by their tag, in the order of the document."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document()["paths"].items():
        for method, one in methods.items():
            found.setdefault(one["tags"][0], []).append(_operation(path, method.upper(), one))
    return found


def _operation(path: str, method: str, one: dict[str, Any]) -> Operation:
    body = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    answers = [_answer(status, answer) for status, answer in sorted(one["responses"].items())]
    return Operation(
        name=one["operationId"],
        method=method,
        path=path,
        title=one["summary"],
        text=marked(one.get("description", "")),
        scope=one["security"][0]["Bearer"][0],
        parameters=[_parameter(parameter) for parameter in one["parameters"]],
        body=[*_members(body)] if body is not None else [],
        answers=[answer for answer in answers if answer.status < "4"],
        problems=[answer for answer in answers if answer.status >= "4"],
        example=_curl(path, method, body),
    )


def _answer(status: str, answer: dict[str, Any]) -> Answer:
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    return Answer(status, marked(answer["description"]), [*_members(schema)] if schema is not None else [])


def _parameter(parameter: dict[str, Any]) -> Value:
    schema = {"description": parameter.get("description", ""), **parameter["schema"]}
    return _value(parameter["name"], parameter["in"], parameter["required"], schema)


def _members(schema: dict[str, Any], path: str = "", depth: int = 0) -> Iterator[Value]:
    """The members of an object, or of the objects of a list, each followed by its own."""
    plain = _plain(schema)
    if "items" in plain:
        yield from _members(plain["items"], f"{path}[]", depth)
    required = plain.get("required", ())
    for name, member in plain.get("properties", {}).items() if depth < _DEPTH_MAX else ():
        place = f"{path}.{name}" if path else name
        yield _value(place, "", name in required, member)
        yield from _members(member, place, depth + 1)


def _value(name: str, place: str, required: bool, schema: dict[str, Any]) -> Value:
    plain = _plain(schema)
    limited = _plain(plain.get("items", {})) if "items" in plain else plain
    bounds = [words.format(plain[key]) for key, words in _BOUNDS if key in plain]
    if "default" in plain:
        bounds.append(f"default {json.dumps(plain['default'])}")
    text = marked(schema.get("description", plain.get("description", "")))
    return Value(name, place, _kind(schema), required, text, bounds, limited.get("enum", []))


def _kind(schema: dict[str, Any]) -> str:
    plain = _plain(schema)
    kind = f"array of {_kind(plain['items'])}" if "items" in plain else plain.get("format", plain.get("type", "any"))
    nullable = any(one.get("type") == "null" for one in schema.get("anyOf", ()))
    return f"{kind} or null" if nullable else str(kind)


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without references and alternatives: what it says of a value that is not null."""
    parts = [*schema.get("allOf", ()), *(one for one in schema.get("anyOf", ()) if one.get("type") != "null")]
    if "$ref" in schema:
        parts.append(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    own = {key: value for key, value in schema.items() if key not in {"allOf", "anyOf", "$ref"}}
    return {**(_plain(parts[0]) if parts else {}), **own}


def marked(text: str) -> str:
    """HTML of a text of the document, in which backticks surround code."""
    pieces = enumerate(text.split("`"))
    return format_html_join("", "{}", ((format_html("<code>{}</code>", one) if odd % 2 else one,) for odd, one in pieces))


def _curl(path: str, method: str, body: dict[str, Any] | None) -> str:
    for name in [one.partition("}")[0] for one in path.split("{")[1:]]:
        path = path.replace(f"{{{name}}}", str(_EXAMPLES.get(name, 1)))
    lines = [f"curl -X {method} https://conference.example{path}", '-H "Authorization: Bearer $TOKEN"']
    if body is not None:
        lines += ["-H 'Content-Type: application/json'", f"-d '{json.dumps(_example(body))}'"]
    return " \\\n  ".join(lines)


def _example(schema: dict[str, Any]) -> Any:
    """A value of this schema, with those members that it needs."""
    plain = _plain(schema)
    if "properties" in plain:
        return {name: _EXAMPLES.get(name) or _example(plain["properties"][name]) for name in plain.get("required", [])}
    if "items" in plain:
        return [_example(plain["items"])]
    if "enum" in plain:
        return plain["enum"][0]
    samples = {"date-time": "2030-05-06T16:00:00Z", "date": "2030-05-06", "time": "16:00", "email": "carol@example.org"}
    kinds = {"integer": plain.get("minimum", 1), "boolean": True}
    return samples.get(plain.get("format", "")) or kinds.get(plain.get("type", ""), "Tea")
