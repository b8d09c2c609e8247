"""The values of which messages and facts are made, each with its bounds."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from signaling.protocol.bounds import MOST_OTHERS, NAME_LENGTH, NOTE_LENGTH, REASON_LENGTH, SAFE_INTEGER

# \Z, because $ also matches before a final line feed.
Id = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,32}\Z")]
#: Stands for the participant where somebody speaks who is not in the meeting. No participant has this id.
OUTSIDE: Final = "-"
Token = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,128}\Z")]
Sdp = Annotated[str, Meta(max_length=49_152)]
CandidateText = Annotated[str, Meta(max_length=1_024)]
Mid = Annotated[str, Meta(max_length=256)]
Counter = Annotated[int, Meta(ge=0, le=SAFE_INTEGER)]
#: Unix time in seconds that a Date of JavaScript can hold (ECMA-262, section 21.4.1.1).
Moment = Annotated[int, Meta(ge=0, le=8_640_000_000_000)]
Index = Annotated[int, Meta(ge=0, le=65_535)]
Name = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH)]
Cookie = Annotated[str, Meta(pattern=r"\A[ -~]{1,1024}\Z")]
Capability = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,31}\Z")]
Seconds = Annotated[int, Meta(ge=1, le=SAFE_INTEGER)]
Reason = Annotated[str, Meta(max_length=REASON_LENGTH)]
Pairs = Annotated[int, Meta(ge=0, le=MOST_OTHERS)]
#: A point of P-256 (SEC 1, section 2.3.3, uncompressed) and a signature by it, in base64url without padding.
PublicKey = Annotated[str, Meta(pattern=r"\AB[A-P][A-Za-z0-9_-]{84}[AEIMQUYcgkosw048]\Z")]
Signature = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{86}\Z")]
StatementText = Annotated[str, Meta(max_length=2_000)]
#: Where a participant is: "" is the main room, else the id of a breakout room.
Place = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{0,32}\Z")]
Duration = Annotated[int, Meta(ge=0, le=86_400)]
Others = Annotated[list[Id], Meta(max_length=MOST_OTHERS)]
Several = Annotated[list[Id], Meta(min_length=1, max_length=MOST_OTHERS)]
NoteText = Annotated[str, Meta(max_length=NOTE_LENGTH)]

Role = Literal["owner", "host", "member", "guest"]
Link = Literal["attached", "detached"]
Policy = Literal["all", "relay", "direct"]
#: Who may write in the chat of a room.
Writers = Literal["everyone", "hosts", "nobody"]
#: How good a browser finds a connection.
Grade = Literal["good", "fair", "poor"]
#: Who waits in the lobby of a room: people without an account, everybody but members, or everybody but hosts.
Waits = Literal["nobody", "guests", "nonmembers", "nonhosts"]
#: When a lobby opens by itself: never, when the first host comes, or at a time.
Opening = Literal["never", "host", "time"]
#: Where people go who come while there are breakout rooms: to the main room, or to the room with the fewest people.
Late = Literal["main", "even"]
Right = Literal[
    "admit", "deny", "remove", "ban", "lock", "spotlight", "lower", "restrict", "ask", "end", "promote", "demote", "divide"
]
#: What somebody can be kept from using.
Use = Literal["microphone", "camera", "screen", "chat", "files", "reactions"]
#: Somebody who was ``stopped`` may lift that themself; what is ``forbidden`` is lifted by a host.
Restriction = Literal["stopped", "forbidden"]
#: How people come into breakout rooms: by chance, by their own choice, or as the host says.
How = Literal["even", "choice", "hand"]
LeaveReason = Literal["left", "timeout", "removed", "denied", "ended"]
#: Why somebody was removed by a decision.
Verdict = Literal["removed", "denied", "ended"]
State = Literal["connecting", "waiting", "present", "gone"]
