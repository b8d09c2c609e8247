"""What a call costs, and what its people see, between two readings of every page."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from statistics import median

from bench import cpu
from bench.mesh.crowd import Glance
from bench.mesh.people import Load, Meeting, Reading


@dataclass(frozen=True)
class Figures:
    """Medians over people or pictures, unless it says otherwise.

    ``encoder``: milliseconds per second, all encoders of a page. ``sent``: kbit/s, sound and pictures, with RTP headers and what
    was sent again. ``rate``: new frames per second of a shown picture; ``least``: the lowest of all. ``height``: its lines.
    ``freezes``: sum. ``gap``: milliseconds, the longest wait in any fan-out. ``cpu``: cores, all browsers together. ``script``,
    ``task``: shares of a core, the main thread of a page. ``concealed``: share of all sound.
    """

    encoder: float
    sent: float
    rate: float
    least: float
    height: float
    freezes: float
    gap: float
    cpu: float
    script: float
    task: float
    concealed: float


@dataclass(frozen=True)
class Sample:
    """Everybody, at one time."""

    at: float
    cpu: float
    readings: list[Reading]
    loads: list[Load]
    glances: list[Glance]


@dataclass(frozen=True)
class Sight:
    """``rate``: new pictures per second."""

    rate: float
    height: int


@dataclass(frozen=True)
class Picture(Sight):
    """What ``viewer`` sees of ``sender`` (both by number). It is not known which of the sender's frames that repeat the last
    picture came here: ``rate`` leaves out its share of them, ``least`` as many as anybody can have got."""

    sender: int
    viewer: int
    least: float
    freezes: int


@dataclass(frozen=True)
class Sound:
    sender: int
    viewer: int
    concealed: int
    samples: int


def sample(meeting: Meeting) -> Sample:
    loads = [person.load() for person in meeting.people]
    readings = [person.read() for person in meeting.people]
    glances = meeting.crowd.glances() if meeting.crowd else []
    assert all(reading["visible"] for reading in readings), "a page is hidden"
    return Sample(time.monotonic(), cpu.seconds(_browsers()), readings, loads, glances)


def window(meeting: Meeting, seconds: float) -> Window:
    before = sample(meeting)
    meeting.people[0].page.wait_for_timeout(seconds * 1000)
    return Window(before, sample(meeting))


@dataclass(frozen=True)
class Window:
    """A stretch of a call."""

    before: Sample
    after: Sample

    def figures(self) -> Figures:
        pictures = self.pictures()
        readings = list(zip(self.before.readings, self.after.readings, strict=True))
        loads = list(zip(self.before.loads, self.after.loads, strict=True))
        return Figures(
            encoder=median(_encoder(*both) for both in readings),
            sent=median(_sent(*both) for both in readings),
            rate=median([one.rate for one in pictures] or [0]),
            least=min([one.least for one in pictures], default=0),
            height=median([one.height for one in pictures] or [0]),
            freezes=sum(one.freezes for one in pictures),
            gap=max(after["fanout"]["gapMs"] for after in self.after.readings),
            cpu=(self.after.cpu - self.before.cpu) / (self.after.at - self.before.at),
            script=median((new.script - old.script) / (new.at - old.at) for old, new in loads),
            task=median((new.task - old.task) / (new.at - old.at) for old, new in loads),
            concealed=share(self.sounds()),
        )

    def of(self, person: int) -> Figures:
        """The figures of one person, instead of the median."""
        before, after = self.before.readings[person], self.after.readings[person]
        return replace(self.figures(), encoder=_encoder(before, after), sent=_sent(before, after))

    def pictures(self) -> list[Picture]:
        """All that are shown, whether anything of them arrives or not."""
        senders, found = self._senders(), []
        for viewer, (before, after) in enumerate(zip(self.before.readings, self.after.readings, strict=True)):
            seconds = (after["at"] - before["at"]) / 1000
            old = {one["ssrc"]: one for one in before["received"]}
            for new in after["received"]:
                sender = senders.get(new["ssrc"])
                if not new["shown"] or sender is None:
                    continue
                known = old.get(new["ssrc"], {**new, "frames": 0, "freezes": 0})
                nulls = self._nulls(sender)
                frames = new["frames"] - known["frames"]
                rate = (frames - sum(nulls) / max(1, len(nulls))) / seconds
                least = (frames - max(nulls, default=0)) / seconds
                freezes = new["freezes"] - known["freezes"]
                found.append(Picture(rate, new["height"], sender, viewer, least, freezes))
        return found

    def glances(self, sender: int) -> list[Sight]:
        """What the crowd receives of somebody's video."""
        senders, old = self._senders(), {one["ssrc"]: one["pictures"] for one in self.before.glances}
        seconds = self.after.at - self.before.at
        return [
            Sight((new["pictures"] - old.get(new["ssrc"], 0)) / seconds, new["height"])
            for new in self.after.glances
            if senders.get(new["ssrc"]) == sender
        ]

    def encoder(self, person: int) -> float:
        """Milliseconds per second of this person's encoders."""
        return _encoder(self.before.readings[person], self.after.readings[person])

    def sounds(self) -> list[Sound]:
        senders = self._senders()
        return [
            Sound(senders[new["ssrc"]], viewer, new["concealed"] - old["concealed"], new["samples"] - old["samples"])
            for viewer, (before, after) in enumerate(zip(self.before.readings, self.after.readings, strict=True))
            for old in before["received"]
            for new in after["received"]
            if old["ssrc"] == new["ssrc"] and new["kind"] == "audio" and new["ssrc"] in senders
        ]

    def _senders(self) -> dict[int, int]:
        """The sender, by the ssrc (RFC 3550, section 8)."""
        return {one["ssrc"]: number for number, reading in enumerate(self.after.readings) for one in reading["sent"]}

    def _nulls(self, sender: int) -> list[int]:
        """Of those who were sent a layer meanwhile."""
        before, after = (one.readings[sender]["fanout"] for one in (self.before, self.after))
        carried = [key for key, count in after["payloads"].items() if count > before["payloads"].get(key, 0)]
        return [after["nulls"][key] - before["nulls"].get(key, 0) for key in carried]


def share(sounds: Sequence[Sound]) -> float:
    """The share of samples that were concealed."""
    return sum(one.concealed for one in sounds) / max(1, sum(one.samples for one in sounds))


def among(speaker: Figures, listener: Figures, size: int) -> Figures:
    """The mean of so many people, of whom one speaks; what is seen is what the listener sees, and all freezes count."""

    def mean(name: str) -> float:
        return float((getattr(speaker, name) + (size - 1) * getattr(listener, name)) / size)

    costs = {name: mean(name) for name in ("encoder", "sent", "script", "task")}
    return replace(listener, **costs, freezes=speaker.freezes + listener.freezes, gap=max(speaker.gap, listener.gap))


def medians(runs: Sequence[Figures]) -> Figures:
    return Figures(**{field.name: median(getattr(run, field.name) for run in runs) for field in fields(Figures)})


def _encoder(before: Reading, after: Reading) -> float:
    spent = [sum(one["encodeMs"] for one in reading["sent"]) + reading["fanout"]["encodeMs"] for reading in (before, after)]
    return (spent[1] - spent[0]) / _seconds(before, after)


def _sent(before: Reading, after: Reading) -> float:
    sums = [sum(one["bytes"] for one in reading["sent"]) for reading in (before, after)]
    return (sums[1] - sums[0]) * 8 / 1000 / _seconds(before, after)


def _seconds(before: Reading, after: Reading) -> float:
    return (after["at"] - before["at"]) / 1000


def _browsers() -> list[int]:
    """The processes of the browsers that we have started."""
    children: dict[int, list[tuple[int, str]]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
            children.setdefault(int(rest.split()[1]), []).append((int(stat.parent.name), name))
    found, parents = [], [os.getpid()]
    while parents:
        below = children.get(parents.pop(), [])
        parents += [pid for pid, _ in below]
        found += [pid for pid, name in below if name.startswith("chrom")]
    return found
