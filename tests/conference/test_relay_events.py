"""What coturn 4.6.1 was seen to publish, and what is none of ours."""

from __future__ import annotations

import pytest

from conference.relay_events import Allocation, Event, parse

USER = "turn/realm/meet.example.org/user/1796033480:7.participant_x-Y/allocation/000000000000000003"
ALLOCATION = Allocation(7, "participant_x-Y", "1796033480/000000000000000003")


@pytest.mark.parametrize(
    ("kind", "text", "event"),
    [
        ("status", "new lifetime=600, type=UDP, local=127.0.0.1:36337, remote=127.0.0.1:40021", Event(ALLOCATION, 0, 0, False)),
        ("traffic", "rcvp=3, rcvb=272, sentp=2048, sentb=1161852", Event(ALLOCATION, 272, 1161852, False)),
        ("total_traffic", "rcvp=3004, rcvb=1608392, sentp=4, sentb=376", Event(ALLOCATION, 1608392, 376, True)),
        ("status", "refreshed lifetime=600, type=UDP", None),
        ("status", "deleted", None),
        ("traffic/peer", "rcvp=2045, rcvb=1022500, sentp=0, sentb=0", None),
        ("traffic", "rcvp=-1, rcvb=-1, sentp=0, sentb=0", None),
        ("traffic", f"rcvp=1, rcvb={'9' * 30}, sentp=0, sentb=0", None),
        ("traffic", "", None),
    ],
)
def test_what_is_said_of_an_allocation(kind: str, text: str, event: Event | None) -> None:
    assert parse(f"{USER}/{kind}", text) == event


@pytest.mark.parametrize(
    "user",
    [
        "",
        "somebody",
        "1796033480",
        "1796033480:doctor.doctor",
        "1796033480:7.trial.user:5",
        "1796033480:7." + "x" * 33,
        "1796033480:7.a/b",
        "1796033480:" + "7" * 19 + ".a",
        "1796033480:٧.a",
    ],
)
def test_what_is_no_participant_of_ours(user: str) -> None:
    assert parse(f"turn/realm/r/user/{user}/allocation/1/traffic", "rcvp=1, rcvb=1, sentp=1, sentb=1") is None
