"""The people of a meeting and their pairs, for administrators: in words, and as data for the graph."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import UNSET

from accounts.names import shown_name
from rooms import mesh
from rooms.mesh import CONNECTED, FAILING, Edge, Word
from rooms.models import Attendance, Use
from signaling.live import Record, RoomState

#: Names in one cell; of more, only the number is said.
NAMED: Final = 6


@dataclass(frozen=True)
class Row:
    """One person. Each list has short texts, one below the other. ``place`` is the breakout room where they are, ``kept`` what a
    host keeps them from.
    """

    id: str
    name: str
    role: str
    state: str
    place: str
    kept: list[str]
    owns: bool
    waits: bool
    pairs: list[str]
    quality: list[str]
    path: list[str]
    unheard: str
    failing: bool


@dataclass(frozen=True)
class PairRow:
    """One pair of a person: what their browser says of it, and what the other's does."""

    name: str
    own: str
    other: str
    path: str
    failing: bool
    differs: bool


class LivePeople:
    """Everybody of a meeting as it is at one moment."""

    def __init__(self, state: RoomState) -> None:
        self._reports = state.reports
        self._people = state.meeting.people if state.meeting is not None else []
        self._rooms = {room.id: room.name for room in state.meeting.breakouts.rooms} if state.meeting is not None else {}
        self._names = {record.id: shown_name(record.name, record.role) for record in self._people}
        self._edges = mesh.edges({record.id: record.place for record in self.present}, state.reports)

    @cached_property
    def present(self) -> list[Record]:
        return [record for record in self._people if record.state == "present"]

    @property
    def waiting(self) -> int:
        return len(self._people) - len(self.present)

    @cached_property
    def rows(self) -> list[Row]:
        return [self._row(record) for record in self._people]

    def row(self, participant: str) -> Row | None:
        return next((self._row(record) for record in self._people if record.id == participant), None)

    def pairs(self, participant: str) -> list[PairRow]:
        return [self._pair(participant, edge) for edge in self._of[participant]]

    @property
    def differing(self) -> str:
        """The pairs of which one end says that it is connected, and the other that it is not."""
        return _listed(
            _("%(one)s and %(other)s") % {"one": self._names[one], "other": self._names[other]}
            for (one, other), _says in (edge for edge in self._edges if edge.differs)
        )

    @property
    def graph(self) -> str:
        """For the script of the page: the people in order, and each pair as the numbers of both, its word, and whether it is
        relayed; and what each end says.
        """
        numbers = {record.id: number for number, record in enumerate(self.present)}
        people = [{"id": one.id, "name": self._names[one.id], "plain": one.name} for one in self.present]
        pairs = [
            [*map(numbers.get, edge.ends), edge.word, edge.relayed, *(end.word for end in edge.says)] for edge in self._edges
        ]
        return json.dumps({"people": people, "pairs": pairs}, separators=(",", ":"))

    @cached_property
    def _of(self) -> Mapping[str, list[Edge]]:
        found: defaultdict[str, list[Edge]] = defaultdict(list)
        for edge in self._edges:
            for end in edge.ends:
                found[end].append(edge)
        return found

    def _row(self, record: Record) -> Row:
        edges = self._of[record.id]
        return Row(
            id=record.id,
            name=self._names[record.id],
            role=str(Attendance.Role(record.role).label),
            state=self._state(record),
            place=self._rooms.get(record.place, ""),
            kept=_kept(record),
            owns=record.role == "owner",
            waits=record.state == "waiting",
            pairs=self._pairs(record.id, edges),
            quality=self._quality(record.id, edges),
            path=self._path(record.id, edges),
            unheard=self._unheard(record.id, edges),
            failing=any(edge.word in FAILING for edge in edges),
        )

    def _state(self, record: Record) -> str:
        if record.state == "waiting":
            return _("Waits to be let in")
        if record.link == "detached":
            return _("Lost the connection to the server")
        report = self._reports.get(record.id)
        if report is None:
            return _("Present, no report")
        return _("Present, reports no single pairs") if report.pairs is UNSET else _("Present")

    def _pairs(self, person: str, edges: Sequence[Edge]) -> list[str]:
        """With how many somebody is connected, and with whom not."""
        if not edges:
            return []
        connected = sum(edge.word in CONNECTED for edge in edges)
        counts = _("%(count)s of %(all)s") % {"count": connected, "all": len(edges)}
        return [
            counts,
            *self._about(_("Not with %(names)s"), person, edges, "unreached"),
            *self._about(_("Connecting with %(names)s"), person, edges, "begun"),
            *self._about(_("No report about %(names)s"), person, edges, "unknown"),
        ]

    def _quality(self, person: str, edges: Sequence[Edge]) -> list[str]:
        """The most frequent grade, and with whom it is another."""
        graded = Counter(edge.word for edge in edges if edge.word in {"good", "fair", "poor"})
        if not graded:
            return []
        [(usual, _count)] = graded.most_common(1)
        texts: dict[Word, str] = {
            "good": _("Good with %(names)s"),
            "fair": _("Fair with %(names)s"),
            "poor": _("Poor with %(names)s"),
        }
        others = (self._about(text, person, edges, word) for word, text in texts.items() if word != usual)
        return [in_words(usual), *chain.from_iterable(others)]

    def _path(self, person: str, edges: Sequence[Edge]) -> list[str]:
        connected = [edge for edge in edges if edge.word in CONNECTED]
        relayed = [edge for edge in connected if edge.relayed]
        directly = [_("Directly")] if len(relayed) < len(connected) else []
        return [*directly, *self._named(_("Through a relay with %(names)s"), person, relayed)]

    def _unheard(self, person: str, edges: Sequence[Edge]) -> str:
        """Whom somebody cannot hear, by what their own browser says."""
        own = (edge.of(person) for edge in edges)
        return _listed(self._names[other] for other, says, _others in own if says.word in FAILING)

    def _about(self, sentence: str, person: str, edges: Sequence[Edge], word: Word) -> list[str]:
        return self._named(sentence, person, [edge for edge in edges if edge.word == word])

    def _named(self, sentence: str, person: str, edges: Sequence[Edge]) -> list[str]:
        """The sentence with the others of these pairs, if there are any."""
        return [sentence % {"names": _listed(self._names[edge.of(person)[0]] for edge in edges)}] if edges else []

    def _pair(self, participant: str, edge: Edge) -> PairRow:
        other, own, others = edge.of(participant)
        connected = edge.word in CONNECTED
        path = (_("Through a relay") if edge.relayed else _("Directly")) if connected else ""
        return PairRow(self._names[other], in_words(own.word), in_words(others.word), path, edge.word in FAILING, edge.differs)


def in_words(word: Word) -> str:
    return {
        "unreached": _("Not connected"),
        "unheard": _("Connected, but nothing is heard"),
        "poor": _("Poor"),
        "fair": _("Fair"),
        "good": _("Good"),
        "connected": _("Connected"),
        "begun": _("Connecting"),
        "unknown": _("No report"),
    }[word]


def _kept(record: Record) -> list[str]:
    texts = {"stopped": _("%(use)s is turned off"), "forbidden": _("%(use)s is forbidden")}
    labels = dict(Use.choices)
    return [texts[how] % {"use": labels.get(use, use)} for use, how in sorted(record.restrictions.items())]


def _listed(names: Iterable[str]) -> str:
    """These names, or the first of them and how many there are besides; "" without any."""
    found = list(names)
    text = ", ".join(found[:NAMED])
    more = len(found) - NAMED
    if more <= 0:
        return text
    return ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more) % {"names": text, "count": more}
