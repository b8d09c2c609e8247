"""What the live page of a room shows: who is there, the graph of their pairs, and the time line of the meeting."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import tzinfo
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from rooms import timeline
from rooms.live_people import LivePeople
from rooms.models import Meeting, Room, Use
from signaling import live
from signaling.live import RoomState
from signaling.protocol.bounds import REASON_LENGTH

#: The database follows a change of the meeting: it is read so long after one.
FOLLOWS_SECONDS: Final = (0.0, 0.5, 1.5, 3.0)
#: So long after the last of these it is read again, in any case.
AGAIN_SECONDS: Final = 10.0
#: What was looked at within this time is not looked at again.
JUST_SECONDS: Final = 0.2


class LivePicture:
    """The part of the page that changes, as HTML: about a room, or with ``participant`` about one person there. ``acts``: with
    what one can do.

    It is called again and again. It reads the database when that may be different, and is rendered anew when what it shows is.
    """

    def __init__(
        self,
        room: Room,
        participant: str = "",
        *,
        acts: bool,
        language: str | None,
        zone: tzinfo,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._room = room
        self._participant = participant
        self._acts = acts
        self._language = language
        self._zone = zone
        self._clock = clock
        self._state: RoomState | None = None
        self._seen_at = -math.inf
        #: When to read the database, in order.
        self._due: list[float] = []
        self._facts: dict[str, Any] | None = None
        self._text = ""

    async def is_due(self) -> bool:
        """Look at the meeting, in the event loop: whether something else may be shown."""
        state, self._seen_at = await live.watch(str(self._room.pk)), self._clock()
        return self._see(state, self._seen_at)

    def __call__(self) -> str:
        """Look at the meeting, unless :meth:`is_due` just has, and return what is shown. Raises DatabaseError."""
        just = self._clock() - self._seen_at < JUST_SECONDS
        state, now = self._state if just else live.room_state(str(self._room.pk)), self._clock()
        if self._see(state, now):
            with override(self._language), timezone.override(self._zone):
                self._show({"state": state, **({} if self._participant else self._meeting())})
            self._due = [at for at in self._due if at > now] or [now + AGAIN_SECONDS]
        return self._text

    def _show(self, facts: dict[str, Any]) -> None:
        """Render, unless that would be the same text again."""
        if facts != self._facts:
            self._text = self._render(facts)
            self._facts = facts

    def _see(self, state: RoomState | None, now: float) -> bool:
        """Whether it is time to read the database."""
        if not self._due:
            self._due = [now, now + FOLLOWS_SECONDS[-1]]
        elif state != self._state:
            self._due = [now + seconds for seconds in FOLLOWS_SECONDS]
        self._state = state
        return now >= self._due[0]

    def _render(self, facts: dict[str, Any]) -> str:
        context: dict[str, Any] = {"room": self._room, "acts": self._acts, **facts}
        if facts["state"] is not None:
            context["people"] = LivePeople(facts["state"])
        if self._participant:
            return render_to_string("admin/rooms/room/live_person_body.html", {**context, **self._person(context.get("people"))})
        return render_to_string("admin/rooms/room/live_body.html", context)

    def _person(self, people: LivePeople | None) -> dict[str, Any]:
        if people is None:
            return {}
        found = {"row": people.row(self._participant), "pairs": people.pairs(self._participant)}
        return {**found, "uses": Use.choices, "reason_length": REASON_LENGTH}

    def _meeting(self) -> dict[str, Any]:
        """The meeting that goes on, or else the last one; and the lock, which the meeting follows. ``ended_at`` stands by itself,
        because a row is equal to the same row from before.
        """
        meeting = Meeting.objects.filter(room=self._room).first()
        locked = Room.objects.filter(pk=self._room.pk, locked=True).exists()
        entries = timeline.entries(meeting) if meeting is not None else []
        return {"meeting": meeting, "ended_at": meeting and meeting.ended_at, "entries": entries, "locked": locked}
