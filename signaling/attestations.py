"""Attestations: signed statements of the server about which key a participant has announced.

A browser signs what it says with a key pair of its own. Others know from the statement whose key that is, also when its owner has
left, and without asking the server. Nothing is stored. The signing key is derived from ``SECRET_KEY`` for this use alone, so all
workers have the same one, before and after a restart. Keys are points of P-256, signatures ECDSA with SHA-256 (FIPS 186-5), both
in the raw formats of WebCrypto and in base64url without padding.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Final

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.crypto import salted_hmac

from signaling.protocol.facts import Attested
from signaling.protocol.values import Role

#: What is signed is this and the statement, so that the signature is good for nothing else.
CONTEXT: Final = "conference attestation 1\n"
#: The order of the group of P-256 (SEC 2, section 2.4.2).
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_HALF: Final = 32


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """Whose key it is, and when the server said so, in seconds since 1970. Other fields may follow."""

    room: str
    id: str
    name: str
    role: Role
    key: str
    time: int


class Attestor:
    """Makes attestations. ``now`` is the wall clock."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        keys = [_derived(secret) for secret in secrets]
        self._key = keys[0]
        self._public = [_encoded(_point(key)) for key in keys]

    def attest(self, *, room: str, id: str, name: str, role: Role, key: str) -> Attested:
        statement = Statement(room=room, id=id, name=name, role=role, key=key, time=int(self._now()))
        text = msgspec.json.encode(statement).decode()
        return Attested(statement=text, signature=self._sign(text), keys=self._public)

    def _sign(self, text: str) -> str:
        r, s = decode_dss_signature(self._key.sign((CONTEXT + text).encode(), ec.ECDSA(hashes.SHA256())))
        return _encoded(r.to_bytes(_HALF) + s.to_bytes(_HALF))


def _derived(secret: str | bytes) -> ec.EllipticCurvePrivateKey:
    digest = salted_hmac("signaling.attestations", "P-256", secret=secret, algorithm="sha512").digest()
    return ec.derive_private_key(int.from_bytes(digest) % (_ORDER - 1) + 1, ec.SECP256R1())


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
