"""A process asks its worker, Redis, or nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import override_settings

from signaling import live
from signaling.permissions import Actor
from signaling.settings import UNKNOWN

OLGA = Actor("staff", "user:0", "Olga")
CASES: dict[str, dict[str, Any]] = {
    "neither a worker nor Redis": {"EMBEDDED": True},
    "a Redis that does not answer": {"REDIS_URL": "redis://127.0.0.1:9/0", "EMBEDDED": False},
}
COMMANDS: dict[str, Callable[[], object]] = {
    "admit": lambda: live.admit(OLGA, "1", "bob"),
    "deny": lambda: live.deny(OLGA, "1", "bob"),
    "remove": lambda: live.remove(OLGA, "1", "bob"),
    "ban": lambda: live.remove(OLGA, "1", "bob", ban=True),
    "restrict": lambda: live.restrict(OLGA, "1", ["bob"], "microphone", "stopped"),
    "free": lambda: live.free(OLGA, "1", None, "microphone"),
    "ask": lambda: live.ask(OLGA, "1", "bob", "camera"),
    "lower": lambda: live.lower(OLGA, "1", None),
    "broadcast": lambda: live.broadcast(OLGA, "1", "Five minutes left."),
    "end": lambda: live.end(OLGA, "1"),
    "find": lambda: live.person("1", "bob"),
}


@pytest.fixture(params=CASES.values(), ids=list(CASES))
def nobody_answers(request: pytest.FixtureRequest) -> Iterator[None]:
    with override_settings(**request.param):
        yield


@pytest.mark.usefixtures("nobody_answers")
def test_that_nobody_answers_is_something_else_than_an_empty_room() -> None:
    assert (live.people("1"), live.counts(["1"]), live.overview(), live.room_state("1")) == (None, None, None, None)
    assert live.counts([]) == {}


@pytest.mark.usefixtures("nobody_answers")
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_that_nobody_answers_is_an_error(command: Callable[[], object]) -> None:
    with pytest.raises(live.Unreachable):
        command()


@pytest.mark.usefixtures("nobody_answers")
def test_what_follows_the_database_does_what_it_can() -> None:
    assert (live.configure("1", UNKNOWN), live.expel("1", "user:1"), live.close("1")) == (False, False, False)
