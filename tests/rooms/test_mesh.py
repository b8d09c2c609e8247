"""Who is connected to whom, by what both ends say."""

from __future__ import annotations

import pytest

from rooms.mesh import Edge, End, edges
from signaling.protocol.messages import Pair, Report
from signaling.protocol.values import Grade

TWO = {"alice": "", "bob": ""}


def report(*pairs: Pair, unreached: list[str] | None = None, silent: list[str] | None = None) -> Report:
    relayed = sum(pair.relayed for pair in pairs)
    return Report(connected=len(pairs), relayed=relayed, unreached=unreached or [], silent=silent or [], pairs=[*pairs])


def pair(id: str, grade: Grade = "good", *, relayed: bool = False) -> Pair:
    return Pair(id, relayed=relayed, grade=grade)


def counted(*, connected: int = 1, unreached: list[str] | None = None, silent: list[str] | None = None) -> Report:
    """Of a browser of the release before."""
    return Report(connected=connected, relayed=0, unreached=unreached or [], silent=silent or [])


@pytest.mark.parametrize(
    ("alice", "bob", "word", "relayed", "differs"),
    [
        (report(pair("bob")), report(pair("alice")), "good", False, False),
        (report(pair("bob", "fair")), report(pair("alice", "poor", relayed=True)), "poor", True, False),
        (report(Pair("bob", relayed=False)), report(pair("alice")), "good", False, False),
        (report(Pair("bob", relayed=False)), None, "connected", False, False),
        (report(pair("bob"), silent=["bob"]), report(pair("alice")), "unheard", False, False),
        (report(pair("bob")), report(unreached=["alice"]), "unreached", False, True),
        (report(pair("bob")), report(), "good", False, True),
        (report(), report(), "begun", False, False),
        (report(unreached=["bob"]), report(), "unreached", False, False),
        (report(), None, "begun", False, False),
        (None, None, "unknown", False, False),
        (counted(), counted(), "unknown", False, False),
        (counted(), report(pair("alice")), "good", False, False),
        (counted(connected=0, unreached=["bob"]), None, "unreached", False, False),
        (counted(silent=["bob"]), report(pair("alice")), "unheard", False, False),
        (counted(silent=["bob"]), report(), "unheard", False, True),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_pair_is_as_bad_as_its_worse_end_says(
    alice: Report | None, bob: Report | None, word: str, relayed: bool, differs: bool
) -> None:
    reports = {name: said for name, said in (("alice", alice), ("bob", bob)) if said is not None}
    [edge] = edges(TWO, reports)
    assert (edge.word, edge.relayed, edge.differs) == (word, relayed, differs)
    [same] = edges({"bob": "", "alice": ""}, reports)
    assert (same.word, same.relayed, same.differs, same.ends) == (word, relayed, differs, ("bob", "alice"))


def test_each_end_speaks_for_itself() -> None:
    [edge] = edges(TWO, {"alice": report(pair("bob", relayed=True), silent=["bob"]), "bob": report(pair("alice", "fair"))})
    assert edge.of("alice") == ("bob", End("unheard", relayed=True), End("fair"))
    assert edge.of("bob") == ("alice", End("fair"), End("unheard", relayed=True))


def test_there_are_pairs_within_a_place_and_with_nobody_who_has_left() -> None:
    """Carol's report still has Dave, who has left."""
    places = {"alice": "", "bob": "b1", "carol": "b1"}
    reports = {"carol": report(pair("dave"), pair("bob")), "dave": report(pair("carol"))}
    assert edges(places, reports) == [Edge(("bob", "carol"), (End("unknown"), End("good")))]
    assert edges({"alice": ""}, reports) == []


def test_fifty_people_have_a_pair_each_with_each() -> None:
    assert len(edges({f"p{number}": "" for number in range(50)}, {})) == 50 * 49 // 2
