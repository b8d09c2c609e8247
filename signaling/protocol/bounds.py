"""How much, how long and how often: the bounds of ``docs/protocol.md``."""

from __future__ import annotations

from typing import Final

FRAME_BYTES: Final = 65_536
FRAME_MESSAGES: Final = 256
FRAME_DEPTH: Final = 8
NAME_LENGTH: Final = 64
REASON_LENGTH: Final = 200
NOTE_LENGTH: Final = 140
BROADCAST_LENGTH: Final = 500
NOTICE_LENGTH: Final = 200
FEWEST_BREAKOUTS: Final = 2
MOST_BREAKOUTS: Final = 20
SAFE_INTEGER: Final = 2**53 - 1

RATE: Final = 50.0
BURST: Final = 300
#: For all sockets of a person on one worker together. A message costs 1, and 1 more for each WEIGHT_CHARACTERS of a description.
PERSON_RATE: Final = 100.0
PERSON_BURST: Final = 900
JOIN_RATE: Final = 2.0
JOIN_BURST: Final = 40
WEIGHT_CHARACTERS: Final = 4096
#: A frame of more characters waits for its turn; so does a frame after each so many of its messages.
READ_AT_ONCE: Final = 4096
AT_ONCE: Final = 64
STRIKES: Final = 3
STRIKE_SECONDS: Final = 10.0
REFRESH_RATE: Final = 0.1
REFRESH_BURST: Final = 3
REPORT_RATE: Final = 0.2
REPORT_BURST: Final = 3
#: How often a person raises or lowers a hand, with all sockets on one worker together.
HAND_RATE: Final = 1.0
HAND_BURST: Final = 10
#: How often a host restricts, frees and asks people, and anybody lifts a restriction of their own; counted like hands.
RESTRICT_RATE: Final = 2.0
RESTRICT_BURST: Final = 20
#: How often somebody who waits changes their note.
NOTE_RATE: Final = 0.2
NOTE_BURST: Final = 5
#: How often a person opens, closes or changes rooms, asks for help or speaks to all, with all sockets on one worker together.
MOVE_RATE: Final = 2.0
MOVE_BURST: Final = 40
ATTEST_RATE: Final = 0.1
ATTEST_BURST: Final = 5
MOST_OTHERS: Final = 64
JOIN_SECONDS: Final = 5.0
MOST_CAPABILITIES: Final = 32
#: What this server can do beyond the release before, sent to browsers that ask.
CAPABILITIES: Final = ("rights", "hands", "chat", "restrictions", "lobby", "breakouts", "pairs")
