"""Attestations: Alice announces the key of her browser, and everybody can check whose it is."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from rooms.models import Room
from signaling.attestations import Attestor
from signaling.protocol.facts import Attested
from tests.rooms.scenes import make_room
from tests.signaling.stage import Tab, configure, cookie, embedded, guest, meet, two_workers

P256 = ec.SECP256R1()


def new_key() -> str:
    """The public half of a browser's key pair."""
    point = ec.generate_private_key(P256).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def is_signed(key: str, statement: str, signature: str) -> bool:
    point, raw = (base64.urlsafe_b64decode(text + "==") for text in (key, signature))
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(P256, point)
        public.verify(der, f"conference attestation 1\n{statement}".encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def attested(key: str = "", **changes: Any) -> Attested:
    fields = {"room": "7", "id": "alice", "name": "Alice", "role": "owner", **changes}
    return Attestor(lambda: 1_700_000_000.9).attest(key=key or new_key(), **fields)


def test_a_statement_says_whose_key_it_is_and_is_signed_for_nothing_else() -> None:
    key = new_key()
    answer = attested(key)
    expected = {"room": "7", "id": "alice", "name": "Alice", "role": "owner", "key": key, "time": 1_700_000_000}
    assert json.loads(answer.statement) == expected
    assert is_signed(answer.keys[0], answer.statement, answer.signature)
    assert not is_signed(answer.keys[0], answer.statement.replace("alice", "bob"), answer.signature)
    assert not is_signed(new_key(), answer.statement, answer.signature)


def test_all_workers_have_the_same_key_and_another_deployment_has_another(settings: Settings) -> None:
    here = attested()
    assert here.keys == attested().keys
    before, settings.SECRET_KEY = settings.SECRET_KEY, secrets.token_hex()
    there = attested()
    assert there.keys != here.keys
    settings.SECRET_KEY_FALLBACKS = [before]
    assert is_signed(attested().keys[1], here.statement, here.signature)


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.mark.django_db(transaction=True)
class TestOnSockets:
    async def test_whoever_is_present_gets_their_key_attested(self, room: Room, alices: Client) -> None:
        key = new_key()
        async with embedded() as stage:
            alice = Tab(stage[0], room.slug, cookie(alices))
            await alice.join(capabilities=["chat"])
            assert "chat" in alice.welcome["capabilities"]
            alice.send({"type": "attest", "key": key})
            answer = await alice.receive("attested")
        assert is_signed(answer["keys"][0], answer["statement"], answer["signature"])
        statement = json.loads(answer["statement"])
        assert statement["id"] == alice.id
        assert statement | {"id": "", "time": 0} == {
            **{"room": str(room.pk), "id": "", "name": "Alice", "role": "owner", "key": key, "time": 0}
        }

    async def test_who_waits_gets_nothing_attested_and_nobody_without_end(self, room: Room, alices: Client) -> None:
        async with embedded() as stage:
            alice = Tab(stage[0], room.slug, cookie(alices))
            await alice.join()
            await configure(stage[0], room, locked=True)
            await alice.receive("locked")
            carol = Tab(stage[0], room.slug, guest())
            await carol.join(name="Carol")
            carol.send({"type": "attest", "key": new_key()})
            assert (await carol.receive("refused"))["code"] == "unexpected"
            await alice.receive("knocked")
            for _ in range(5):
                alice.send({"type": "attest", "key": new_key()})
                await alice.receive("attested")
            alice.send({"type": "attest", "key": new_key()})
            assert (await alice.receive("refused"))["code"] == "flood"

    async def test_who_may_write_is_told_at_once_and_on_both_workers(
        self, room: Room, alices: Client, bobs: Client, redis_url: str
    ) -> None:
        async with two_workers(redis_url) as stage:
            alice, bob = await meet(stage, room, alices, bobs)
            await configure(stage[0], room, chat="hosts")
            await configure(stage[0], room, locked=True)
            for tab in (alice, bob):
                await tab.receive("locked")
                assert tab.writers == ["everyone", "hosts"]
