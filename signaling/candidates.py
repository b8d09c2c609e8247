"""Which ICE candidates fit the policy of a room, and envelopes without the others (RFC 8839, RFC 8840).

Pure. A line that is not recognised with certainty does not fit, because browsers may read it differently.
``tests/wire/candidates.json`` holds examples that the browser's ``rtc/signal/candidate-policy.js`` reads too.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final

import msgspec
from msgspec import UNSET

from signaling.protocol.messages import Signal
from signaling.protocol.values import Policy
from signaling.protocol.wire import Candidate

#: RFC 8839, section 5.1, with every part in its place and one space between them.
_CANDIDATE: Final = re.compile(
    r"candidate:(?P<foundation>[A-Za-z0-9+/]{1,32}) (?P<component>[0-9]{1,3}) (?P<transport>udp|tcp|UDP|TCP) "
    r"(?P<priority>[0-9]{1,10}) (?P<address>[0-9A-Za-z.:-]{1,255}) (?P<port>[0-9]{1,5}) typ (?P<type>host|srflx|prflx|relay)"
    r"(?P<related> raddr [0-9A-Za-z.:-]{1,255} rport [0-9]{1,5})?"
    r"(?P<extensions>(?: (?!typ |raddr |rport )[!-~]+ [!-~]+)*)"
)
#: The extensions that browsers add. An unknown one might contain an address.
_EXTENSION: Final = re.compile(r" (?:generation|ufrag|network-id|network-cost|tcptype) [!-~]+")
_TYPES: Final[dict[Policy, frozenset[str]]] = {
    "all": frozenset({"host", "srflx", "prflx", "relay"}),
    "relay": frozenset({"relay"}),
    "direct": frozenset({"host", "srflx", "prflx"}),
}
_END: Final = "a=end-of-candidates"

_LINE: Final = re.compile(r"([a-z])=(.*)")
_ORIGIN: Final = re.compile(r"o=\S+ ([0-9]+) ([0-9]+) IN IP[46] \S+")
_RTCP: Final = re.compile(r"a=rtcp:([0-9]+)(?: .*)?")
_IPV4: Final = re.compile(r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])")
_RUN: Final = re.compile(r"[0-9A-Fa-f:]+")
#: More than browsers write. A longer line, or a line after these, does not fit.
_LINES: Final = 2_000
_LINE_LENGTH: Final = 1_000


def fitting(signal: Signal, policy: Policy) -> Signal | None:
    """The envelope as it may pass, or None if it has nothing that may."""
    if policy == "all":
        return signal
    if signal.candidate is not UNSET:
        candidate = _candidate(signal.candidate, policy)
        return None if candidate is None else msgspec.structs.replace(signal, candidate=candidate)
    if signal.description is not UNSET:
        sdp = fitting_sdp(signal.description.sdp, policy)
        return msgspec.structs.replace(signal, description=msgspec.structs.replace(signal.description, sdp=sdp))
    return None


def _candidate(candidate: Candidate, policy: Policy) -> Candidate | None:
    """A candidate if it fits, or None. The empty one ends a generation (webrtc-pc, section 4.8.1) and fits everywhere."""
    text = fitting_candidate(candidate.candidate, policy) if candidate.candidate else ""
    return None if text is None else msgspec.structs.replace(candidate, candidate=text)


def fitting_candidate(text: str, policy: Policy) -> str | None:
    """A candidate as it may pass, or None. Under ``relay`` its related address is removed."""
    parts = _CANDIDATE.fullmatch(text)
    if parts is None or parts["type"] not in _TYPES[policy]:
        return None
    if policy != "relay":
        return text
    try:
        family = ip_address(parts["address"]).version
    except ValueError:
        return None
    nowhere = "0.0.0.0" if family == 4 else "::"  # noqa: S104 - nothing is bound
    related = f" raddr {nowhere} rport 0" if parts["related"] else ""
    return text[: parts.end("type")] + related + "".join(_EXTENSION.findall(parts["extensions"]))


def fitting_sdp(sdp: str, policy: Policy) -> str:
    """A description without the candidates that do not fit. Under ``relay``, no other line of it contains an address either."""
    lines = (_fitting_line(line.removesuffix("\r"), policy) for line in sdp.split("\n", _LINES)[:_LINES])
    return "".join(f"{line}\r\n" for line in lines if line)


def _fitting_line(line: str, policy: Policy) -> str | None:
    if len(line) > _LINE_LENGTH or not line.isprintable() or (parts := _LINE.fullmatch(line)) is None:
        return None
    if "candidate" in line.replace(" ", "").lower():
        return _candidate_line(line, policy)
    return _anonymous(line, parts[1]) if policy == "relay" else line


def _candidate_line(line: str, policy: Policy) -> str | None:
    """``a=remote-candidates`` (RFC 8839, section 5.2) does not pass: it names the pair that is in use."""
    if line == _END:
        return line
    text = fitting_candidate(line.removeprefix("a="), policy) if line.startswith("a=") else None
    return None if text is None else f"a={text}"


def _anonymous(line: str, kind: str) -> str | None:
    """A line without its address. JSEP (RFC 8829, section 5.2.1) permits this where candidates have the address."""
    match kind:
        case "o":
            version = _ORIGIN.fullmatch(line)
            return f"o=- {version[1]} {version[2]} IN IP4 0.0.0.0" if version else "o=- 0 0 IN IP4 0.0.0.0"
        case "c":
            return "c=IN IP4 0.0.0.0"
        case "s":
            return "s=-"
        case "a" if (rtcp := _RTCP.fullmatch(line)) is not None:
            return f"a=rtcp:{rtcp[1]} IN IP4 0.0.0.0"
        case _:
            return None if _names_address(line) else line


def _names_address(line: str) -> bool:
    if line.count(".") > 2 and _IPV4.search(line) is not None:
        return True
    return line.count(":") > 1 and any(map(_holds_ipv6, _RUN.findall(line)))


def _holds_ipv6(run: str) -> bool:
    """Whether the whole of a run of hexadecimal digits and colons, or what is after its first colon, is an address.

    Before the first colon may stand the end of an attribute's name.
    """
    return 1 < run.count(":") < 10 and (_is_ipv6(run) or _is_ipv6(run.partition(":")[2]))


def _is_ipv6(text: str) -> bool:
    groups = text.split(":")
    if not 3 <= len(groups) <= 9 or max(map(len, groups)) > 4:
        return False
    return "::" in text or (len(groups) == 8 and all(groups))
