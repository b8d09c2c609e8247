"""Signed certificates and the security code of a participant that is no browser, from ``docs/protocol.md`` alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.browser.other_chat import ECDSA, P256, encoded, is_signed

Message = dict[str, Any]


def fingerprint(sdp: str) -> str:
    """The only one of a description."""
    (found,) = set(re.findall(r"^a=fingerprint:sha-256 (\S+)\r?$", sdp, re.MULTILINE))
    return str(found).upper()


def described(sdp: str) -> str:
    """A description with the fingerprint of SHA-256 alone."""
    return re.sub(r"a=fingerprint:sha-(?!256)\S+ \S+\r\n", "", sdp)


class OtherProof:
    """The key of one participant."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(P256)
        self.key = encoded(self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def message(self, room: str, id: str, connection: str, sdp: str) -> Message:
        """Of the certificate that ``sdp`` names, which ``id`` has on the connection."""
        r, s = decode_dss_signature(self._private.sign(_statement(room, id, fingerprint(sdp)).encode(), ECDSA))
        signature = encoded(r.to_bytes(32) + s.to_bytes(32))
        return {"type": "proof", "connection": connection, "key": self.key, "signature": signature}


def is_proof(message: Message, room: str, id: str, sdp: str) -> bool:
    """Whether ``id`` has signed the certificate that ``sdp`` names."""
    return is_signed(message["key"], _statement(room, id, fingerprint(sdp)), message["signature"])


def number(room: str, covered: Iterable[tuple[str, str, str]]) -> str:
    """The security code of these ids, keys and fingerprints, as a number."""
    lines = sorted(" ".join(one) for one in covered)
    derived = hashlib.pbkdf2_hmac("sha256", "\n".join([room, *lines]).encode(), b"conference code 1", 262_144, 16)
    digits = f"{int.from_bytes(derived) % 10**25:025}"
    return " ".join(digits[place : place + 5] for place in range(0, 25, 5))


def _statement(room: str, id: str, fingerprint: str) -> str:
    return f"conference certificate 1\n{room}\n{id}\n{fingerprint}"
