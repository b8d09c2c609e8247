"""History while the database is away."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from django.db import DataError, OperationalError
from django.db.models.expressions import Combinable

from signaling import journal
from signaling.journal import Journal
from signaling.ports import Past
from signaling.roster.base import Record


class Paper:
    """Counts what it is asked to write; ``fails`` says with what."""

    def __init__(self) -> None:
        self.fails: dict[str, Exception] = {}
        self.tried: list[str] = []
        self.gate = Event()
        self.gate.set()

    def joined(self, room_id: str, participant: str, *args: Any, at: Combinable) -> None:
        self.gate.wait(10)
        self.tried.append(participant)
        if participant in self.fails:
            raise self.fails[participant]

    def left(self, room_id: str, participant: str, reason: str, *, at: Combinable) -> None: ...
    def dismissed(self, *args: Any, at: Combinable) -> None: ...
    def seen(self, *args: Any, at: Combinable) -> None: ...
    def reconcile(self, *args: Any, at: Combinable) -> None: ...
    def banned(self, *args: Any) -> None: ...
    def recall(self, *args: Any, at: Combinable) -> Past:
        return Past(None, [])

    def audit(self, *args: Any) -> None: ...


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def written(paper: Paper) -> Iterator[Journal]:
    logging.disable()
    opened = Journal(paper, time.monotonic)
    yield opened
    opened.close()
    logging.disable(logging.NOTSET)


def join(to: Journal, *names: str) -> None:
    for name in names:
        to.joined("7", Record(id=name, name=name, role="guest", identity=f"guest:{name}", worker="w"))
    to.flush().result(10)


def tried(by: Journal, paper: Paper) -> list[str]:
    """What is tried at the next turn."""
    paper.tried.clear()
    by.retry()
    by.flush().result(10)
    return sorted(paper.tried)


def test_a_database_that_is_away_is_asked_once_a_turn(written: Journal, paper: Paper) -> None:
    paper.fails = dict.fromkeys(["alice", "bob", "carol"], OperationalError())
    join(written, "alice", "bob", "carol")
    assert len(tried(written, paper)) == 1
    paper.fails.clear()
    assert tried(written, paper) == ["alice", "bob", "carol"]
    assert tried(written, paper) == []


def test_what_the_database_refuses_is_not_tried_for_ever(written: Journal, paper: Paper) -> None:
    paper.fails = dict.fromkeys(["alice", "bob", "carol"], OperationalError())
    join(written, "alice", "bob", "carol")
    paper.fails = {"bob": DataError()}
    assert tried(written, paper) == ["alice", "bob", "carol"]
    assert tried(written, paper) == []
    paper.fails = {"dave": DataError()}
    join(written, "dave")
    assert tried(written, paper) == []


def test_not_more_is_owed_than_can_be_kept(written: Journal, paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST_OWED", 2)
    paper.fails = dict.fromkeys(["alice", "bob", "carol"], OperationalError())
    join(written, "alice", "bob", "carol")
    paper.fails.clear()
    assert tried(written, paper) == ["bob", "carol"]


def test_turns_do_not_queue_up_behind_a_database_that_hangs(written: Journal, paper: Paper) -> None:
    paper.fails = {"alice": OperationalError()}
    join(written, "alice")
    paper.gate.clear()
    for _ in range(5):
        written.retry()
    paper.gate.set()
    written.flush().result(10)
    assert paper.tried == ["alice"] * 2
