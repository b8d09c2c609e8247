"""The invariants, checked by replaying the records of every participant. Returns a sentence for each violation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from tests.chaos.person import Entry, Person


def violations(people: Sequence[Person], gone: Collection[str], logs: Mapping[str, str]) -> list[str]:
    """``people`` still live; ``gone`` are the ids that may have left, each exactly once."""
    found = [*exact(people), *unhandled(logs)]
    for person in people:
        found += [f"{person.name}: {text}" for text in replay(person.log, set(gone))]
    return found


def exact(people: Sequence[Person]) -> Iterator[str]:
    """I1: everybody's roster has exactly those who are present, all attached."""
    for person in people:
        there = {other.id: "attached" for other in people if other.slug == person.slug and not other.over}
        if not person.over and person.people != there:
            yield f"I1 {person.name} sees {person.people}, there is {there}"


def replay(log: Sequence[Entry], gone: set[str]) -> Iterator[str]:
    """I2 to I6, as one participant saw them."""
    yield from _versions(log)
    yield from _comings_and_goings(log, gone)
    yield from _signals(log)


def _received(log: Sequence[Entry]) -> Iterator[tuple[int, dict[str, object]]]:
    return ((entry.socket, entry.content) for entry in log if entry.kind == "received")


def _versions(log: Sequence[Entry]) -> Iterator[str]:
    """I2: on one socket, within an epoch, versions only rise, and no fact arrives twice."""
    last: tuple[int, object, int] = (0, None, -1)
    for socket, fact in _received(log):
        if not isinstance(version := fact.get("version"), int):
            continue
        whole = "epoch" in fact
        before = last if last[0] == socket else (socket, None, -1)
        epoch = fact.get("epoch", before[1])
        if not whole and version <= before[2]:
            yield f"I2 {fact['type']} of version {version} after {before[2]}"
        if whole and epoch == before[1] and version < before[2]:
            yield f"I2 {fact['type']} of version {version} after {before[2]}"
        last = (socket, epoch, version)


def _comings_and_goings(log: Sequence[Entry], gone: set[str]) -> Iterator[str]:
    """I3 and I4: nobody joins or leaves twice, nobody leaves who is present, and no signal comes from somebody who has left."""
    joined: Counter[object] = Counter()
    left: Counter[object] = Counter()
    reasons: dict[object, object] = {}
    for _, fact in _received(log):
        match fact:
            case {"type": "joined", "participant": {"id": id}}:
                joined[id] += 1
            case {"type": "left", "id": id}:
                left[id] += 1
                reasons[id] = fact["reason"]
            case {"type": "signal", "from": id} if left[id]:
                yield f"I4 a signal from {id}, who has left"
    yield from (f"I3 {one} joined {count} times" for one, count in joined.items() if count > 1)
    yield from (f"I3 {one} left {count} times" for one, count in left.items() if count > 1)
    yield from (f"I3 {one} left: {reasons[one]}" for one in left if one not in gone)


def _signals(log: Sequence[Entry]) -> Iterator[str]:
    """I5 and I6: signals arrive once and in order, and only while the recipient is present."""
    last: dict[object, int] = {}
    myself: object = None
    for entry in log:
        match entry.content:
            case {"type": "welcomed", "id": id} if id != myself:
                myself, last = id, {}
            case {"type": "signal", "from": sender, "candidate": {"candidate": text}}:
                if int(text) <= last.get(sender, 0):
                    yield f"I5 number {text} of {sender} after {last[sender]}"
                last[sender] = int(text)
            case {"type": "denied" | "removed"}:
                last = {}


def lost(people: Sequence[Person]) -> tuple[int, int]:
    """How many signals were sent, and how many were not received. A lost signal is no violation."""
    sent = {
        (person.id, entry.content["to"], entry.content["number"])
        for person in people
        for entry in person.log
        if entry.kind == "sent"
    }
    received = {
        (fact["from"], person.id, int(fact["candidate"]["candidate"]))  # type: ignore[index]
        for person in people
        for _, fact in _received(person.log)
        if fact["type"] == "signal"
    }
    return len(sent), len(sent - received)


def unhandled(logs: Mapping[str, str]) -> Iterator[str]:
    """I7: no unexpected exception in a log."""
    for name, text in logs.items():
        for line in text.splitlines():
            if re.match(r"Traceback|\S+ \S+ ERROR ", line):
                yield f"I7 {name}: {line}"
