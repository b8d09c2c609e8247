"""Resume tokens: a secret that the store knows by its digest, and a signed note for a store that has lost everything.

The note has the generation of the token, and the epoch of the room under which it was issued. Its signature also covers who
may use it: the participant, the room, the identity and the login. The server reads all of these afresh when the token is
used. Role, name and lock are not in it; they are read afresh, too. The key is derived from ``SECRET_KEY`` for this use alone.
Earlier keys are good for as long as ``SECRET_KEY_FALLBACKS`` names them (``django.core.signing``).
"""

from __future__ import annotations

import hashlib
import re
from typing import Final, NamedTuple

from django.core.signing import BadSignature, Signer

#: A secret, and an HMAC-SHA256 (RFC 2104), of 256 bits each in base64url; then generation and epoch.
_SIGNED: Final = re.compile(r"([\w-]{43})([\w-]{43})([0-9]{1,10})-([\w-]{1,32})", re.ASCII)
_SECRET: Final = 43


class Bearer(NamedTuple):
    """Who may use a token. ``login`` is "" for a guest."""

    room: str
    id: str
    identity: str
    login: str


class Ticket(NamedTuple):
    """The content of a token's note."""

    generation: int
    epoch: str


def digest(token: str) -> str:
    """The digest that the store keeps of a token, or of its secret alone."""
    return hashlib.sha256(token[:_SECRET].encode()).hexdigest()


class Tickets:
    """Issues tokens, and reads them."""

    def __init__(self) -> None:
        self._signer = Signer(salt="signaling.tickets")

    def issue(self, secret: str, bearer: Bearer, ticket: Ticket) -> str:
        """A token around a secret of 43 characters."""
        signature = self._signer.signature(_text(secret, bearer, ticket))
        return f"{secret}{signature}{ticket.generation}-{ticket.epoch}"

    def read(self, token: str, bearer: Bearer) -> Ticket | None:
        """The note of a token; None unless this server has issued it to this bearer."""
        if (match := _SIGNED.fullmatch(token)) is None:
            return None
        secret, signature, generation, epoch = match.groups()
        ticket = Ticket(int(generation), epoch)
        try:
            self._signer.unsign(f"{_text(secret, bearer, ticket)}:{signature}")
        except BadSignature:
            return None
        return ticket


def _text(secret: str, bearer: Bearer, ticket: Ticket) -> str:
    return "|".join((*bearer, secret, str(ticket.generation), ticket.epoch))
