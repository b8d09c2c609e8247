"""What the scripts of a roster answer: None, a refusal code in bytes, or lists.

The code ``wait`` is followed by the seconds, ``denied`` by what was said.
"""

from __future__ import annotations

from typing import Any, cast

import msgspec

from signaling.breakouts import NONE, Breakouts
from signaling.roster.base import VERDICTS, Change, Dismissed, Entered, Lease, Record, Refusal, Renewal, Snapshot, Verdict
from signaling.settings import RoomSettings

_record = msgspec.json.Decoder(Record)
_settings = msgspec.json.Decoder(RoomSettings)
_breakouts = msgspec.json.Decoder(Breakouts)


def perhaps(room: str, reply: Any) -> Change | None:
    """The change of an operation; None if there was nothing to change. Raises :class:`Refusal` or :class:`Dismissed`."""
    _refuse(reply)
    return _change(room, reply) if reply else None


def entered(room: str, reply: Any) -> Entered:
    """Who has come in, and the room as they find it. Raises :class:`Refusal` or :class:`Dismissed`."""
    _refuse(reply)
    change, found = reply
    return Entered(change=_change(room, change), snapshot=snapshot(found))


def _refuse(reply: Any) -> None:
    if isinstance(reply, bytes):
        code, _, rest = reply.decode().partition(" ")
        raise Dismissed(cast(Verdict, code), rest) if code in VERDICTS else Refusal(code, int(rest or 0))


def changes(room: str, replies: list[Any]) -> list[Change]:
    """Those of an operation on many people."""
    return [_change(room, reply) for reply in replies]


def _change(room: str, reply: list[Any]) -> Change:
    epoch, version, reason, record, workers, *divided = reply
    breakouts, moves = _divided(*divided) if divided else (None, {})
    return Change(
        room=room,
        epoch=epoch.decode(),
        version=version,
        record=_record.decode(record) if record else None,
        workers=[worker.decode() for worker in workers],
        reason=reason.decode() or None,
        breakouts=breakouts,
        moves=moves,
    )


def _divided(breakouts: bytes, remaining: int, moves: list[bytes]) -> tuple[Breakouts, dict[str, str]]:
    return _breakouts_of(breakouts, remaining), _pairs(moves)


def _breakouts_of(text: bytes, remaining: int) -> Breakouts:
    return msgspec.structs.replace(_breakouts.decode(text), remaining=remaining) if text else NONE


def _pairs(flat: list[bytes]) -> dict[str, str]:
    return {key.decode(): value.decode() for key, value in zip(flat[::2], flat[1::2], strict=True)}


def snapshot(reply: list[Any]) -> Snapshot:
    """A room as it is."""
    epoch, version, settings, people, verdicts, breakouts, remaining = reply
    return Snapshot(
        epoch=epoch.decode(),
        version=version,
        settings=_settings.decode(settings),
        people=[_record.decode(person) for person in people],
        verdicts=cast(dict[str, Verdict], _pairs(verdicts)),
        breakouts=_breakouts_of(breakouts, remaining),
    )


def renewals(leases: list[Lease], reply: list[Any]) -> list[Renewal]:
    """One for each lease, in the same order."""
    epoch, version, outcomes = reply
    known = epoch.decode() if epoch else None
    return [
        Renewal(lease=lease, outcome=outcome.decode(), epoch=known, version=version)
        for lease, outcome in zip(leases, outcomes, strict=True)
    ]
