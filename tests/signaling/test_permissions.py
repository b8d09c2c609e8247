"""The table of permissions, row by row, so that a change of the table is a change here."""

from __future__ import annotations

from typing import get_args

import pytest

from signaling.permissions import Action, Standing, Target, actions, can, holders, rights
from signaling.protocol.values import Right, Role

EVERYBODY: tuple[Target, ...] = ("oneself", "owner", "host", "member", "guest")
STANDINGS: tuple[Standing, ...] = ("owner", "host", "member", "guest", "staff")


def targets(actor: Standing, action: Action) -> set[Target]:
    return {target for target in EVERYBODY if can(actor, action, target)}


@pytest.mark.parametrize(
    ("actor", "action", "expected"),
    [
        ("owner", "remove", {"oneself", "host", "member", "guest"}),
        ("host", "remove", {"oneself", "member", "guest"}),
        ("staff", "remove", {"oneself", "owner", "host", "member", "guest"}),
        ("owner", "ban", {"host", "member", "guest"}),
        ("host", "ban", {"member", "guest"}),
        ("staff", "ban", {"host", "member", "guest"}),
        ("owner", "restrict", {"host", "member", "guest"}),
        ("host", "restrict", {"member", "guest"}),
        ("staff", "restrict", {"host", "member", "guest"}),
        ("staff", "ask", {"host", "member", "guest"}),
        ("owner", "promote", {"member", "guest"}),
        ("host", "promote", {"member", "guest"}),
        ("member", "promote", set()),
        ("owner", "demote", {"host"}),
        ("host", "demote", {"oneself"}),
        ("owner", "ask", {"host", "member", "guest"}),
        ("host", "ask", {"member", "guest"}),
        ("owner", "vouch", {"host", "member", "guest"}),
        ("host", "vouch", {"member", "guest"}),
        ("member", "vouch", set()),
        ("staff", "vouch", {"host", "member", "guest"}),
        ("staff", "add", {"owner", "host", "member"}),
        ("owner", "set_role", {"host", "member"}),
        ("staff", "set_role", {"owner", "host", "member"}),
        ("owner", "drop", {"host", "member"}),
        ("host", "drop", {"oneself", "member"}),
        ("member", "drop", {"oneself"}),
        ("staff", "drop", {"oneself", "owner", "host", "member", "guest"}),
    ],
)
def test_who_may_do_what_to_whom(actor: Standing, action: Action, expected: set[Target]) -> None:
    assert targets(actor, action) == expected


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("admit", ["owner", "host"]),
        ("deny", ["owner", "host"]),
        ("remove", ["owner", "host"]),
        ("ban", ["owner", "host"]),
        ("lock", ["owner", "host"]),
        ("spotlight", ["owner", "host"]),
        ("lower", ["owner", "host"]),
        ("restrict", ["owner", "host"]),
        ("ask", ["owner", "host"]),
        ("promote", ["owner", "host"]),
        ("demote", ["owner", "host"]),
        ("end", ["owner", "host"]),
        ("view", ["owner", "host", "member"]),
        ("edit", ["owner", "host"]),
        ("history", ["owner", "host"]),
        ("audit", ["owner", "host"]),
        ("delete", ["owner"]),
        ("unban", ["owner", "host"]),
        ("invite", ["owner", "host"]),
        ("withdraw", ["owner", "host"]),
        ("vouch", ["owner", "host"]),
        ("schedule", ["owner", "host"]),
        ("add", []),
        ("set_role", ["owner"]),
        ("drop", ["owner", "host", "member"]),
    ],
)
def test_the_roles_that_may_do_something(action: Action, expected: list[Role]) -> None:
    assert holders(action) == expected


@pytest.mark.parametrize("action", ["admit", "deny", "remove", "ban", "lower", "restrict", "ask", "lock", "end"])
def test_the_staff_has_the_actions_of_a_host_on_a_meeting(action: Action) -> None:
    assert can("staff", action)
    assert targets("staff", action) >= targets("host", action) - {"oneself"}


def test_nobody_acts_on_a_host_but_the_owner_and_the_staff() -> None:
    for actor in STANDINGS:
        acted_on = {target for action in actions(actor) for target in targets(actor, action)}
        assert not acted_on & {"host", "owner"} or actor in {"owner", "staff"}


def test_only_the_staff_acts_on_the_owner_and_nobody_keeps_the_owner_out() -> None:
    for actor in STANDINGS:
        assert actor == "staff" or not any(can(actor, action, "owner") for action in actions(actor))
        assert not can(actor, "ban", "owner")
        assert not can(actor, "ban", "oneself")


def test_a_guest_may_do_nothing() -> None:
    assert actions("guest") == frozenset()


def test_what_a_participant_is_sent() -> None:
    host = {"admit": [], "deny": [], "remove": ["member", "guest"], "ban": ["member", "guest"], "lock": [], "spotlight": []}
    host |= {"lower": [], "restrict": ["member", "guest"], "ask": ["member", "guest"], "end": []}
    host |= {"promote": ["member", "guest"], "demote": []}
    host["divide"] = []
    assert rights("host") == host
    assert rights("owner") == host | {"demote": ["host"]} | {
        right: ["host", "member", "guest"] for right in ("remove", "ban", "restrict", "ask")
    }
    assert rights("member") == rights("guest") == {}
    assert set(host) == set(get_args(Right))
