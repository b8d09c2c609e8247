"""The chat of a participant that is no browser, from ``docs/protocol.md`` alone. Nothing of the product is imported here."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Message = dict[str, Any]
P256, ECDSA = ec.SECP256R1(), ec.ECDSA(hashes.SHA256())


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def hashed(text: str) -> str:
    return encoded(hashlib.sha256(text.encode()).digest()[:16])


def is_signed(key: str, text: str, signature: str) -> bool:
    raw = decoded(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(P256, decoded(key)).verify(der, text.encode(), ECDSA)
    except InvalidSignature:
        return False
    return True


class OtherChat:
    """Has what everybody wrote, by author and number, and writes."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(P256)
        self.key = encoded(self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
        self.introduction: Message = {}
        self._keys: list[str] = []
        self._self = ""
        self._authors: dict[str, Message] = {}
        self._chains: dict[str, list[Message]] = {}

    @property
    def texts(self) -> list[str]:
        """What everybody wrote, in order."""
        entries = [json.loads(entry["text"]) for chain in self._chains.values() for entry in chain]
        entries.sort(key=lambda entry: (entry["clock"], entry["author"], entry["number"]))
        return [entry["text"] for entry in entries]

    @property
    def offers(self) -> list[Message]:
        """The files that everybody is offered."""
        entries = [json.loads(entry["text"]) for chain in self._chains.values() for entry in chain]
        return [json.loads(entry["text"]) for entry in entries if entry["kind"] == "file"]

    @property
    def vector(self) -> list[Message]:
        return [{"author": author, "last": len(chain), "id": hashed(chain[-1]["text"])} for author, chain in self._chains.items()]

    def attested(self, fact: Message) -> None:
        self._keys = fact["keys"]
        self.introduction = {"type": "author", "statement": fact["statement"], "signature": fact["signature"]}
        self._self = self._learn(self.introduction)

    def write(self, text: str) -> Message:
        chain = self._chains.get(self._self, [])
        clocks = [json.loads(entry["text"])["clock"] for one in self._chains.values() for entry in one]
        fields = {
            "author": self._self,
            "number": len(chain) + 1,
            "clock": max(clocks, default=0) + 1,
            "time": int(time.time() * 1000),
        }
        previous = hashed(chain[-1]["text"]) if chain else ""
        written = json.dumps({**fields, "previous": previous, "to": "", "kind": "message", "about": "", "text": text})
        r, s = decode_dss_signature(self._private.sign(f"conference chat 1\n{written}".encode(), ECDSA))
        signature = encoded(r.to_bytes(32) + s.to_bytes(32))
        entry = {"type": "entry", "private": False, "text": written, "signature": signature}
        self._chains.setdefault(self._self, []).append(entry)
        return entry

    def take(self, message: Message, send: Callable[[Message], None]) -> None:
        if message.get("private"):
            return
        match message["type"]:
            case "author":
                self._learn(message)
            case "have":
                if message["why"] == "ask":
                    send(self.introduction)
                    send(self._have("news"))
                if any(len(self._chains.get(point["author"], [])) < point["last"] for point in message["vector"]):
                    send({"type": "want", "private": False, "vector": self.vector})
            case "want":
                self._answer({point["author"]: point["last"] for point in message["vector"]}, send)
            case "entry":
                self._add(message)

    def greet(self, send: Callable[[Message], None]) -> None:
        send(self.introduction)
        send(self._have("ask"))

    def _have(self, why: str) -> Message:
        return {"type": "have", "private": False, "why": why, "vector": self.vector}

    def _learn(self, message: Message) -> str:
        text = f"conference attestation 1\n{message['statement']}"
        assert any(is_signed(key, text, message["signature"]) for key in self._keys)
        statement = json.loads(message["statement"])
        author = hashed(f"{statement['id']}.{statement['key']}")
        self._authors[author] = {**statement, "message": message}
        return author

    def _answer(self, lasts: dict[str, int], send: Callable[[Message], None]) -> None:
        beyond = [entry for author, chain in self._chains.items() for entry in chain[lasts.get(author, 0) :]]
        beyond.sort(key=lambda entry: int(json.loads(entry["text"])["clock"]))
        for author in {json.loads(entry["text"])["author"] for entry in beyond}:
            send(self._authors[author]["message"])
        for entry in beyond:
            send(entry)
        send(self._have("end"))

    def _add(self, entry: Message) -> None:
        content = json.loads(entry["text"])
        chain = self._chains.get(content["author"], [])
        key = self._authors[content["author"]]["key"]
        assert is_signed(key, f"conference chat 1\n{entry['text']}", entry["signature"])
        if content["number"] == len(chain) + 1:
            assert content["previous"] == (hashed(chain[-1]["text"]) if chain else "")
            self._chains.setdefault(content["author"], []).append(entry)
