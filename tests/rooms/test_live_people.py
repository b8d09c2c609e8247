"""What administrators read of the people of a meeting and of their pairs."""

from __future__ import annotations

import json
from typing import Any

from rooms.live_people import LivePeople
from signaling.live import Record, RoomState
from signaling.protocol.messages import Pair, Report
from signaling.roster.base import Snapshot
from signaling.settings import UNKNOWN


def people_of(*people: Record, **reports: Report) -> LivePeople:
    snapshot = Snapshot(epoch="e", version=1, settings=UNKNOWN, people=[*people])
    return LivePeople(RoomState(snapshot, reports))


def somebody(name: str, **fields: Any) -> Record:
    return Record(id=name.lower(), name=name, role="member", identity=f"user:{name}", worker="w1", **fields)


def reported(*pairs: Pair, unreached: list[str] | None = None, silent: list[str] | None = None) -> Report:
    relayed = sum(pair.relayed for pair in pairs)
    return Report(connected=len(pairs), relayed=relayed, unreached=unreached or [], silent=silent or [], pairs=[*pairs])


def test_a_row_says_in_words_what_the_graph_shows() -> None:
    alice = reported(Pair("bob", relayed=True, grade="poor"), Pair("carol", relayed=False, grade="good"), silent=["bob"])
    bob = reported(Pair("alice", relayed=True, grade="good"), unreached=["carol"])
    carol = reported(Pair("alice", relayed=False, grade="good"), Pair("bob", relayed=False, grade="good"))
    people = people_of(somebody("Alice"), somebody("Bob"), somebody("Carol"), alice=alice, bob=bob, carol=carol)
    first, second, third = people.rows
    assert (first.pairs, first.quality, first.path) == (["2 of 2"], ["Good"], ["Directly", "Through a relay with Bob"])
    assert (first.unheard, first.failing) == ("Bob", True)
    assert (second.pairs, second.unheard) == (["1 of 2", "Not with Carol"], "Carol")
    assert (third.unheard, third.failing) == ("", True)
    assert people.differing == "Bob and Carol"
    own, others = people.pairs("carol")
    assert (own.name, own.own, own.other, own.path, own.differs) == ("Alice", "Good", "Good", "Directly", False)
    assert (others.name, others.own, others.other, others.path, others.differs) == ("Bob", "Good", "Not connected", "", True)


def test_whose_browser_says_nothing_is_not_shown_as_unconnected() -> None:
    old = Report(connected=2, relayed=0, unreached=[], silent=[])
    people = people_of(somebody("Alice"), somebody("Bob"), somebody("Carol", link="detached"), bob=old)
    assert [row.state for row in people.rows] == [
        "Present, no report",
        "Present, reports no single pairs",
        "Lost the connection to the server",
    ]
    assert people.rows[0].pairs == ["0 of 2", "No report about Bob, Carol"]
    assert not any(row.failing for row in people.rows)
    assert [word for _one, _other, word, *_rest in json.loads(people.graph)["pairs"]] == ["unknown"] * 3


def test_in_a_crowd_only_some_names_are_said() -> None:
    crowd = [somebody(f"P{number}") for number in range(50)]
    everybody = [record.id for record in crowd]
    reports = {one: reported(unreached=[other for other in everybody if other != one]) for one in everybody}
    people = people_of(*crowd, **reports)
    assert people.rows[0].pairs == ["0 of 49", "Not with P1, P2, P3, P4, P5, P6 and 43 more"]
    assert len(json.loads(people.graph)["pairs"]) == 1225
    assert len(people.graph) < 80_000


def test_whoever_waits_has_no_pairs_and_breakout_rooms_are_apart() -> None:
    people = people_of(somebody("Alice"), somebody("Bob", place="b1"), somebody("Carol", state="waiting"))
    assert [row.pairs for row in people.rows] == [[], [], []]
    assert (people.waiting, people.rows[2].waits, people.rows[2].state) == (1, True, "Waits to be let in")
    assert json.loads(people.graph)["pairs"] == []
