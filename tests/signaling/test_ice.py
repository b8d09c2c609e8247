from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from signaling.ice import servers

STUN = ["stun:stun.example.org:3478"]
TURN = ["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org:5349?transport=tcp"]


def made(stun: list[str] = STUN, turn: list[str] = TURN, secret: str = "north", **changes: Any) -> list[dict[str, Any]]:
    known = {"participant": "alice", "room": "7", "ttl_seconds": 600, "now": 1_700_000_000.9}
    return [dict(server) for server in servers(stun, turn, secret, **{**known, **changes})]


def test_stun_needs_no_credentials() -> None:
    assert made(turn=[]) == [{"urls": STUN}]


def test_turn_credentials_expire_and_name_the_participant() -> None:
    _, relay = made()
    assert relay["urls"] == TURN
    assert relay["username"] == "1700000600:7.alice"


def test_the_password_is_what_the_relay_computes_from_the_shared_secret() -> None:
    [relay] = made(stun=[])
    digest = hmac.new(b"north", relay["username"].encode(), hashlib.sha1).digest()
    assert relay["credential"] == base64.b64encode(digest).decode()


def test_a_known_password() -> None:
    # openssl dgst -sha1 -hmac north -binary | base64
    [relay] = made(stun=[])
    assert relay["credential"] == "to4p4MvnC59akdKfQcG8RPg/YOo="


def test_participants_do_not_share_a_password() -> None:
    passwords = {made(stun=[], participant=participant)[0]["credential"] for participant in ("alice", "bob")}
    assert len(passwords) == 2


def test_another_secret_makes_another_password() -> None:
    assert made(stun=[])[0]["credential"] != made(stun=[], secret="south")[0]["credential"]


def test_a_relay_without_a_secret_is_left_out() -> None:
    assert made(secret="") == [{"urls": STUN}]


def test_nobody_is_told_of_third_parties_by_default() -> None:
    assert made(stun=[], turn=[], secret="") == []
