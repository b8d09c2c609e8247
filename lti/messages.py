"""What a platform says in a launch: the claims of its token, checked (LTI 1.3 Core, section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

CLAIM: Final = "https://purl.imsglobal.org/spec/lti/claim/"
MEMBERSHIP: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership"
#: Roles in the course. What somebody is in the whole institution gives nothing in a course.
_TEACHING: Final = frozenset({"Instructor", "Administrator"})
LENGTH_MAX: Final = 255


class Wrong(Exception):
    """This is not a launch that the standard allows; the text says what is wrong, in English, for the log."""


@dataclass(frozen=True)
class Launch:
    """Who comes, into which course. ``name`` and ``title`` may be empty: platforms can be set not to tell them."""

    deployment: str
    context: str
    title: str
    name: str
    teaches: bool
    language: str


def read(claims: Mapping[str, Any]) -> Launch:
    """The launch of a token whose signature, times, issuer and audience were checked. Raises Wrong."""
    if claims.get(f"{CLAIM}message_type") != "LtiResourceLinkRequest" or claims.get(f"{CLAIM}version") != "1.3.0":
        raise Wrong("it is not a resource link of LTI 1.3.0")
    context, link = _object(claims, "context"), _object(claims, "resource_link")
    return Launch(
        deployment=_required(claims.get(f"{CLAIM}deployment_id"), "deployment_id"),
        context=_required(context.get("id") or link.get("id"), "context"),
        title=_text(context.get("title")) or _text(context.get("label")) or _text(link.get("title")),
        name=_text(claims.get("name"))
        or " ".join(filter(None, (_text(claims.get(part)) for part in ("given_name", "family_name")))),
        teaches=any(_is_teaching(role) for role in _list(claims, "roles")),
        language=_text(_object(claims, "launch_presentation").get("locale")).partition("-")[0].lower(),
    )


def _is_teaching(role: Any) -> bool:
    """A context role (Core, appendix A.2.3), whole or in short, or a sub-role of it, for example a teaching assistant."""
    if not isinstance(role, str):
        return False
    if role in _TEACHING:
        return True
    kind, _, name = role.partition("#")
    return kind == MEMBERSHIP and name in _TEACHING or kind.removeprefix(f"{MEMBERSHIP}/") in _TEACHING


def _object(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = claims.get(f"{CLAIM}{name}")
    return value if isinstance(value, Mapping) else {}


def _list(claims: Mapping[str, Any], name: str) -> list[Any]:
    value = claims.get(f"{CLAIM}{name}")
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _required(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value or len(value) > LENGTH_MAX or "\0" in value:
        raise Wrong(f"it has no valid {name}")
    return value
