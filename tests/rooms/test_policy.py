from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from rooms.policy import Access, Admission, PersonFacts, RoomFacts, admission, effective
from signaling.protocol.values import Policy, Role, Waits

OPEN = RoomFacts(access="link", passcode=False, locked=False, waits="nobody")
BELONGING: tuple[Role, ...] = ("owner", "host", "member")
EVERY_ROOM = [RoomFacts(*facts) for facts in product(get_args(Access), (True, False), (True, False), get_args(Waits))]


def person(role: Role = "guest", *, signed_in: bool = False, banned: bool = False, passcode: bool = False) -> PersonFacts:
    return PersonFacts(signed_in=signed_in or role != "guest", role=role, banned=banned, passcode=passcode)


def test_a_guest_with_the_link_enters() -> None:
    assert admission(OPEN, person()) is Admission.ENTER


@pytest.mark.parametrize("room", EVERY_ROOM)
@pytest.mark.parametrize("role", BELONGING)
def test_who_belongs_to_a_room_enters_or_waits_for_a_host(room: RoomFacts, role: Role) -> None:
    waits = role == "member" and room.waits == "nonhosts"
    assert admission(room, person(role)) is (Admission.KNOCK if waits else Admission.ENTER)


@pytest.mark.parametrize("room", EVERY_ROOM)
@pytest.mark.parametrize("role", get_args(Role))
def test_who_is_banned_never_enters(room: RoomFacts, role: Role) -> None:
    assert admission(room, person(role, banned=True, passcode=True)) is Admission.REFUSED


@pytest.mark.parametrize(
    ("access", "signed_in", "answer"),
    [
        ("link", False, Admission.ENTER),
        ("link", True, Admission.ENTER),
        ("signed_in", False, Admission.LOG_IN),
        ("signed_in", True, Admission.ENTER),
        ("members", False, Admission.LOG_IN),
        ("members", True, Admission.REFUSED),
    ],
)
@pytest.mark.parametrize(("locked", "waits"), [*product([False, True], get_args(Waits))])
@pytest.mark.parametrize("passcode", [False, True])
def test_strangers_are_asked_in_order(
    access: Access, signed_in: bool, answer: Admission, locked: bool, waits: Waits, passcode: bool
) -> None:
    room = RoomFacts(access=access, passcode=passcode, locked=locked, waits=waits)
    held = waits in {"nonmembers", "nonhosts"} or (waits == "guests" and not signed_in)
    if answer is Admission.ENTER and (locked or held):
        answer = Admission.KNOCK
    given = admission(room, person(signed_in=signed_in, passcode=True))
    assert given is answer
    missing = admission(room, person(signed_in=signed_in))
    assert missing is (Admission.PASSCODE if passcode and answer in {Admission.ENTER, Admission.KNOCK} else answer)


def test_where_the_deployment_relays_every_room_does() -> None:
    policies = get_args(Policy)
    assert [effective(policy, "all") for policy in policies] == [*policies]
    assert {effective(policy, "relay") for policy in policies} == {"relay"}
