"""What an envelope may say about the network of its sender, in a room that does not permit every candidate."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.candidates import fitting, fitting_candidate, fitting_sdp
from signaling.protocol.messages import Signal
from signaling.protocol.values import Policy
from signaling.protocol.wire import Candidate, Description

EXAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "wire" / "candidates.json").read_text())

HOST = "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host generation 0"
MAPPED = "candidate:2 1 udp 1686052607 198.51.100.4 50000 typ srflx raddr 192.0.2.1 rport 50000"
RELAY = "candidate:3 1 udp 41885439 203.0.113.7 49160 typ relay raddr 198.51.100.4 rport 50000"
BLANKED = "candidate:3 1 udp 41885439 203.0.113.7 49160 typ relay raddr 0.0.0.0 rport 0"

OFFER = f"""v=0
o=alice 4611731400430051336 2 IN IP4 192.0.2.1
s=Alice at 192.0.2.1
t=0 0
a=group:BUNDLE 0
a=msid-semantic: WMS *
m=audio 50000 UDP/TLS/RTP/SAVPF 111
c=IN IP4 192.0.2.1
b=AS:64
a=rtcp:50001 IN IP4 192.0.2.1
a={HOST}
a={MAPPED}
a={RELAY}
a=remote-candidates:1 192.0.2.9 5000
a=end-of-candidates
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=ice-options:trickle
a=fingerprint:sha-256 AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=rtcp-mux
a=rtcp-fb:111 transport-cc
a=rtpmap:111 opus/48000/2
a=ssrc:1001 cname:4TOk42mSjXCkVIa6
a=ssrc:1002 cname:alice@192.0.2.1
a=x-home:2001:db8::1
a=source-filter: incl IN IP4 * 192.0.2.1
""".replace("\n", "\r\n")

DROPPED_BY_RELAY = (HOST, MAPPED, "remote-candidates", "ssrc:1002", "x-home", "source-filter")


def signal(**fields: Any) -> Signal:
    return Signal(to="bob", connection="c", negotiation=1, **fields)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["says"] for example in EXAMPLES])
def test_examples(example: dict[str, Any]) -> None:
    text = example["candidate"]
    assert fitting_candidate(text, "relay") == example["relay"]
    assert fitting_candidate(text, "direct") == (text if example["direct"] else None)


def test_where_everything_is_permitted_an_envelope_is_not_looked_at() -> None:
    for one in (signal(candidate=Candidate(candidate="nonsense")), signal(description=Description(type="offer", sdp="nonsense"))):
        assert fitting(one, "all") is one


def test_a_candidate_keeps_what_it_belongs_to() -> None:
    candidate = Candidate(candidate=RELAY, sdpMid="0", sdpMLineIndex=0, usernameFragment="abcd")
    expected = Candidate(candidate=BLANKED, sdpMid="0", sdpMLineIndex=0, usernameFragment="abcd")
    assert fitting(signal(candidate=candidate), "relay") == signal(candidate=expected)
    assert fitting(signal(candidate=candidate), "direct") is None
    assert fitting(signal(candidate=Candidate(candidate=HOST)), "relay") is None


@pytest.mark.parametrize("policy", ["relay", "direct"])
def test_the_end_of_a_generation_passes(policy: Policy) -> None:
    end = signal(candidate=Candidate(candidate="", sdpMid="0"))
    assert fitting(end, policy) == end


def test_through_relays_alone_a_description_names_no_other_address() -> None:
    description = Description(type="offer", sdp=OFFER)
    passed = fitting(signal(description=description), "relay")
    assert passed is not None and isinstance(passed.description, Description)
    before, after = OFFER.split("\r\n"), passed.description.sdp.split("\r\n")
    for address in ("192.0.2.", "198.51.100.", "2001:db8"):
        assert address not in passed.description.sdp
    changed = {
        "o=- 4611731400430051336 2 IN IP4 0.0.0.0",
        "s=-",
        "c=IN IP4 0.0.0.0",
        "a=rtcp:50001 IN IP4 0.0.0.0",
        f"a={BLANKED}",
    }
    assert set(after) - set(before) == changed
    assert len(before) - len(after) == len(DROPPED_BY_RELAY)


def test_directly_a_description_loses_its_relays() -> None:
    after = fitting_sdp(OFFER, "direct").split("\r\n")
    lost = [line for line in OFFER.split("\r\n") if line not in after]
    assert lost == [f"a={RELAY}", "a=remote-candidates:1 192.0.2.9 5000"]


@pytest.mark.parametrize(
    "line",
    [
        f"a={HOST}",
        f"a={MAPPED}",
        f"A={HOST}",
        f" a={HOST}",
        f"a= {HOST}",
        f"a ={HOST}",
        f"a=\t{HOST}",
        f"a={HOST} ",
        f"a={HOST}\ra={RELAY}",
        f"a={RELAY}\ra={HOST}",
        f"a={RELAY}\x0ba={HOST}",
        f"a={RELAY}\x85a={HOST}",
        f"a={RELAY}\u2028a={HOST}",
        f"a={RELAY}\x00",
        f"a={RELAY} typ host",
        f"a={HOST} typ relay",
        f"a={HOST}".replace("candidate", "CANDIDATE"),
        f"a={HOST}".replace("candidate", "cand idate"),
        f"a=x-{HOST}",
        f"k={HOST}",
        "a=candidates:none",
        "a=cand\r\n idate:1 1 udp 1 192.0.2.1 9 typ host",
        "c=IN IP6 2001:db8::1",
        "c=192.0.2.1",
        "o=192.0.2.1",
        "a=rtcp:9 IN IP6 2001:db8::1",
        "i=192.0.2.1",
        "a=x:192.0.2.1",
        "a=x:2001:db8::1",
        "a=x [2001:db8::1]:5000",
        "a=cafe:2001:db8::1",
        "a=x:1:2:3:4:5:6:7:8",
        "a=x ::ffff:c000:201%eth0",
        f"a=x:{'y' * 1000}",
        "192.0.2.1",
    ],
)
def test_odd_lines_say_nothing(line: str) -> None:
    passed = fitting_sdp(f"v=0\r\n{line}\r\nm=audio 9 UDP 0\r\n", "relay")
    assert passed.startswith("v=0\r\n") and passed.endswith("m=audio 9 UDP 0\r\n")
    assert not any(address in passed for address in ("192.0.2.1", "198.51.100.4", "2001:db8"))


@pytest.mark.parametrize(
    "line", ["a=x:1:2", "a=x:12:34:56", "a=extmap:1 urn:3gpp:video-orientation", "a=x:1:2:3:4:5:6:7:8:9:a:b"]
)
def test_not_every_colon_makes_an_address(line: str) -> None:
    assert fitting_sdp(line, "relay") == f"{line}\r\n"


@pytest.mark.parametrize("policy", ["relay", "direct"])
@pytest.mark.parametrize(
    "unit",
    [
        *("a", "1", ":", "\n", " ", "1.", "1:", "a:", ":a ", "::: ", "a=\n", "a=:::a\n", "a=1.2.3\n", "a b ", "candidate:"),
        *(
            f"a={'a' * 900}\n",
            f"a={':a' * 450}\n",
            f"a={'a:' * 450}g\n",
            f"a={'::::: ' * 160}\n",
            f"a={RELAY}\n",
            f"a={RELAY} \n",
        ),
    ],
)
def test_no_description_takes_long(unit: str, policy: Policy) -> None:
    """In processor time of this thread; the bound is generous, and what is quadratic took seconds."""
    worst = ("v=0\r\na=" + unit * 49_152)[:49_152]
    began = time.thread_time()
    fitting_sdp(worst, policy)
    fitting_candidate(f"{RELAY} {unit * 49_152}"[:49_152], policy)
    assert time.thread_time() - began < 0.25


def test_line_feeds_alone_are_line_ends() -> None:
    assert fitting_sdp(f"v=0\na={HOST}\na={RELAY}\n", "relay") == f"v=0\r\na={BLANKED}\r\n"


@given(st.lists(st.sampled_from([*OFFER.split("\r\n"), "", " ", "\r", "a=", "candidate"]) | st.text(max_size=40), max_size=12))
def test_what_passed_once_passes_as_it_is(lines: list[str]) -> None:
    for policy in ("relay", "direct"):
        passed = fitting_sdp("\r\n".join(lines), policy)
        assert fitting_sdp(passed, policy) == passed
        assert "typ host" not in passed or policy == "direct"


def test_only_so_many_lines_of_so_many_characters_are_read() -> None:
    assert fitting_sdp("a=x\r\n" * 3_000, "relay") == "a=x\r\n" * 2_000
    longest = "a=" + "x" * 998
    assert fitting_sdp(f"{longest}\r\n{longest}x\r\na=mid:0\r\n", "relay") == f"{longest}\r\na=mid:0\r\n"
