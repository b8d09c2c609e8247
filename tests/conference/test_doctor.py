"""The doctor, on the real thing: a Redis, a coturn, and their absence."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import override_settings

from conference import turn
from conference.examination import _clock
from conference.turn import Unhelpful, Url
from tests.browser.servers import Server, coturn
from tests.redis_server import free_port
from tests.redis_server import redis_url as redis_url

SECRET = "north"


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with coturn(tmp_path_factory.mktemp("coturn"), SECRET) as server:
        yield server


def doctor() -> tuple[list[str], int]:
    out, code = StringIO(), 0
    try:
        call_command("doctor", stdout=out, no_color=True)
    except SystemExit as end:
        code = int(end.code or 0)
    return out.getvalue().splitlines(), code


def test_all_is_well(db: None, redis_url: str, relay: Server) -> None:
    layer = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [redis_url]}}
    urls = [f"turn:127.0.0.1:{relay.port}?transport={transport}" for transport in ("udp", "tcp")]
    stun = [f"stun:127.0.0.1:{relay.port}"]
    with override_settings(
        REDIS_URL=redis_url,
        EMBEDDED=False,
        CHANNEL_LAYERS={"default": layer},
        STUN_URLS=stun,
        TURN_URLS=urls,
        TURN_SECRET=SECRET,
    ):
        lines, code = doctor()
    assert code == 0, lines
    assert [line[:4] for line in lines] == [" ok "] * len(lines)
    assert [line[5:].partition(": ")[0] for line in lines] == [
        "database",
        "redis",
        "clock",
        "channel layer",
        *stun,
        *urls,
        "settings",
    ]


def test_what_is_wrong_is_named(db: None, relay: Server) -> None:
    nowhere = free_port()
    with override_settings(
        REDIS_URL=f"redis://127.0.0.1:{nowhere}/0",
        EMBEDDED=False,
        ORIGINS=[f"https://localhost:{nowhere}"],
        TURN_URLS=[f"turn:127.0.0.1:{relay.port}"],
        TURN_SECRET="south",
    ):
        lines, code = doctor()
    assert code == 1
    failed = {line[5:].partition(": ")[0]: line for line in lines if line.startswith("FAIL")}
    assert set(failed) == {"redis", f"turn:127.0.0.1:{relay.port}", f"https://localhost:{nowhere}"}
    assert "401" in failed[f"turn:127.0.0.1:{relay.port}"]
    assert "TURN_SECRET" in failed[f"turn:127.0.0.1:{relay.port}"]


def test_clocks_that_differ() -> None:
    assert not _clock(-0.4).advice
    assert "NTP" in _clock(-0.6).advice


def test_nobody_answers() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        with pytest.raises(Unhelpful, match="does not answer"):
            turn.bind(Url("stun", "127.0.0.1", mute.getsockname()[1], "udp"))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("stun:a.example", Url("stun", "a.example", 3478, "udp")),
        ("turn:a.example:80?transport=tcp", Url("turn", "a.example", 80, "tcp")),
        ("turns:[2001:db8::1]:443?transport=tcp", Url("turns", "2001:db8::1", 443, "tcp")),
        ("turns:[2001:db8::1]", Url("turns", "2001:db8::1", 5349, "tcp")),
    ],
)
def test_addresses(text: str, url: Url) -> None:
    assert Url.parse(text) == url


@pytest.mark.parametrize("text", ["", "http://a.example", "turn:", "turn:a:b", "turn:a?transport=sctp"])
def test_no_addresses(text: str) -> None:
    with pytest.raises(ValueError):
        Url.parse(text)


def test_a_message_as_the_rfc_signs_it() -> None:
    # RFC 5769, section 2.4: long-term authentication.
    key = hashlib.md5("\u30de\u30c8\u30ea\u30c3\u30af\u30b9:example.org:TheMatrIX".encode()).digest()
    request = turn.encode(
        turn.BINDING,
        bytes.fromhex("78ad3433c6ad72c029da412e"),
        {
            turn.USERNAME: "\u30de\u30c8\u30ea\u30c3\u30af\u30b9".encode(),
            turn.NONCE: b"f//499k954d6OL34oL9FSTvy64sA",
            turn.REALM: b"example.org",
        },
        key,
    )
    assert request[-20:].hex() == "f67024656dd64a3e02b8e0712e85c9a28ca89666"
