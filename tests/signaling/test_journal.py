"""History while the database is away."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from django.db import DataError, OperationalError

from signaling import journal
from signaling.journal import Journal
from signaling.permissions import Actor
from signaling.ports import Past
from signaling.protocol.values import Role
from signaling.roster.base import Change, Record

pytestmark = pytest.mark.django_db(transaction=True)

ALICE = Actor("owner", "user:1", "Alice")


class Paper:
    """What is written on it, and how many seconds ago each was. ``fails`` has errors, by whom an entry is about."""

    def __init__(self) -> None:
        self.fails: dict[str, Exception] = {}
        self.tried = 0
        self.written: list[tuple[str, str, float]] = []
        self.gate = Event()
        self.gate.set()

    def joined(self, room_id: str, participant: str, *args: Any, at: Any) -> None:
        self._write("joined", participant, at)

    def divided(self, room_id: str, rooms: Any, places: Any, *, at: Any) -> None:
        self._write(f"divided: {rooms}, {places}", "", at)

    def moved(self, room_id: str, participant: str, place: str, *, at: Any) -> None:
        self._write(f"moved: {place}", participant, at)

    def left(self, room_id: str, participant: str, reason: str, *, at: Any) -> None:
        self._write(reason, participant, at)

    def knocked(self, room_id: str, participant: str, *, at: Any) -> None:
        self._write("knocked", participant, at)

    def dismissed(self, room_id: str, participant: str, verdict: str, *, at: Any) -> None:
        self._write(f"dismissed: {verdict}", participant, at)

    def banned(self, room_id: str, by: Actor, identity: str, name: str, role: str, *, at: Any) -> None:
        self._write(f"banned by {by.name}", name, at)

    def restricted(self, room_id: str, participant: str, restrictions: Any, *, at: Any) -> None:
        self._write(f"restricted: {dict(restrictions)}", participant, at)

    def audit(self, room_id: str, by: Actor | None, action: str, target: tuple[str, Role] | None, use: str, *, at: Any) -> None:
        self._write(f"{action} by {by.name if by else 'nobody'}", target[0] if target else "", at)

    def seen(self, *args: Any, at: Any) -> None:
        self._write("seen", "", at)

    def reconcile(self, *args: Any, at: Any) -> None:
        self._write("reconciled", "", at)

    def recall(self, *args: Any, at: Any) -> Past:
        self._write("recalled", "", at)
        return Past(None, [])

    def _write(self, what: str, name: str, at: Any) -> None:
        self.gate.wait(60)
        self.tried += 1
        if error := self.fails.get(name, self.fails.get("everybody")):
            raise error
        self.written.append((what, name, round(at.rhs.value.total_seconds())))

    def away(self) -> None:
        self.fails = {"everybody": OperationalError("away")}

    def back(self) -> None:
        self.fails.clear()


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self) -> None:
        self.now += 1


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(paper: Paper, clock: Clock) -> Iterator[Journal]:
    logging.disable()
    opened = Journal(paper, clock)
    yield opened
    opened.close()
    logging.disable(logging.NOTSET)


def record(name: str, **fields: Any) -> Record:
    return Record(**{"id": name, "name": name, "role": "guest", "identity": f"guest:{name}", "worker": "w", **fields})


def join(to: Journal, *names: str) -> None:
    for name in names:
        to.joined("7", record(name))
    to.flush().result(60)


def turn(of: Journal) -> None:
    of.retry()
    of.flush().result(60)


def names(paper: Paper) -> list[str]:
    return [name for _, name, _ in paper.written]


def test_a_knock_does_not_wait_for_the_database(opened: Journal, paper: Paper) -> None:
    """Strangers could push out what is owed to history."""
    paper.away()
    join(opened, "bob")
    opened.knocked("7", record("mallory", state="waiting"))
    opened.flush().result(60)
    paper.back()
    turn(opened)
    opened.knocked("7", record("carol", state="waiting"))
    opened.flush().result(60)
    assert names(paper) == ["bob", "carol"]


def test_everything_that_happens_while_the_database_is_away_is_written_when_it_is_back(
    opened: Journal, paper: Paper, clock: Clock
) -> None:
    paper.away()
    join(opened, "bob")
    clock.advance()
    opened.audit("7", ALICE, "removed", record("bob"))
    clock.advance()
    change = Change(room="7", epoch="e", version=2, record=record("bob"), workers=[], reason="removed")
    opened.left(change)
    clock.advance()
    opened.banned("7", ALICE, record("mallory"))
    clock.advance()
    waited = Change(room="7", epoch="e", version=3, record=record("carol", state="waiting"), workers=[], reason="denied")
    opened.left(waited)
    turn(opened)
    assert paper.written == []
    paper.back()
    clock.advance()
    turn(opened)
    assert paper.written == [
        ("joined", "bob", 5),
        ("removed by Alice", "bob", 4),
        ("removed", "bob", 3),
        ("banned by Alice", "mallory", 2),
        ("dismissed: denied", "carol", 1),
    ]
    turn(opened)
    assert len(paper.written) == 5


def test_what_happens_when_it_is_back_comes_after_what_waits(opened: Journal, paper: Paper) -> None:
    paper.away()
    join(opened, "alice")
    paper.back()
    join(opened, "bob")
    assert paper.written == []
    turn(opened)
    join(opened, "carol")
    assert names(paper) == ["alice", "bob", "carol"]


def test_a_database_that_is_away_is_asked_once_a_turn(opened: Journal, paper: Paper) -> None:
    paper.away()
    join(opened, "alice", "bob", "carol")
    assert paper.tried == 1
    turn(opened)
    assert paper.tried == 2


def test_a_turn_costs_nothing_when_nothing_waits(opened: Journal, paper: Paper) -> None:
    join(opened, "alice")
    turn(opened)
    assert paper.tried == 1


def test_what_the_database_refuses_is_not_tried_again_and_keeps_nothing_back(opened: Journal, paper: Paper) -> None:
    paper.away()
    join(opened, "alice", "bob", "carol")
    paper.fails = {"bob": DataError()}
    turn(opened)
    assert names(paper) == ["alice", "carol"]
    paper.back()
    turn(opened)
    join(opened, "dave")
    assert names(paper) == ["alice", "carol", "dave"]


def test_not_more_waits_than_can_be_kept(opened: Journal, paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST_OWED", 2)
    paper.away()
    for name in ("alice", "bob", "carol"):
        join(opened, name)
    paper.back()
    turn(opened)
    assert names(paper) == ["bob", "carol"]


def test_a_database_that_hangs_is_not_waited_for_by_more_than_one(
    opened: Journal, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "MOST_OWED", 2)
    paper.away()
    join(opened, "alice")
    paper.gate.clear()
    for name in ("bob", "carol", "dave"):
        opened.joined("7", record(name))
        opened.retry()
    assert opened._thread._work_queue.qsize() <= 1
    paper.back()
    paper.gate.set()
    opened.flush().result(60)
    assert names(paper)[-2:] == ["carol", "dave"]


def test_attendance_is_compared_with_the_meetings_only_when_nothing_waits(opened: Journal, paper: Paper) -> None:
    paper.fails = {"alice": OperationalError("away")}
    join(opened, "alice")
    opened.seen(["7"])
    opened.reconcile({"7": {"alice"}})
    opened.flush().result(60)
    assert paper.written == []
    paper.back()
    opened.reconcile({"7": {"alice"}})
    opened.flush().result(60)
    assert [what for what, _, _ in paper.written] == ["joined", "reconciled"]


def test_what_is_known_of_a_participant_includes_what_waits(opened: Journal, paper: Paper) -> None:
    paper.fails = {"alice": OperationalError("away")}
    join(opened, "alice")
    with pytest.raises(OperationalError):
        opened.recall("7", "alice").result(60)
    paper.back()
    assert opened.recall("7", "alice").result(60) == Past(None, [])
    assert [what for what, _, _ in paper.written] == ["joined", "recalled"]


def test_the_end_of_a_worker_writes_what_waits(paper: Paper, clock: Clock) -> None:
    ending = Journal(paper, clock)
    paper.away()
    join(ending, "alice")
    paper.back()
    ending.close()
    assert names(paper) == ["alice"]


def test_what_is_lost_with_a_worker_is_said(paper: Paper, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    ending = Journal(paper, clock)
    paper.away()
    join(ending, "alice", "bob")
    ending.close()
    assert "2 entries of history are lost" in caplog.text
    assert caplog.text.count("history waits") == 1
