"""Addresses that somebody typed or pasted, one or many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import idna
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

NAME_LENGTH: Final = 64
ADDRESS_LENGTH: Final = 320
_LINES: Final = re.compile(r"[;\r\n]+")
#: A name, which may have commas, and an address in angle brackets.
_NAMED: Final = re.compile(r"\s*([^<>@]*)<([^<>]*)>[\s,]*")
#: What is between commas, unless those are in quotes.
_PIECES: Final = re.compile(r'(?:"[^"]*"|[^,])+')


@dataclass(frozen=True)
class Addressee:
    email: str
    name: str = ""


@dataclass(frozen=True)
class Reading:
    """``good``: in order, each once. ``bad``: what is no address, as it was typed. ``doubled``: how many stood there again."""

    good: tuple[Addressee, ...]
    bad: tuple[str, ...]
    doubled: int


def read(text: str) -> Reading:
    """Addresses between commas, semicolons or line ends, with names or without: ``Bob <bob@example.org>``."""
    good: dict[str, Addressee] = {}
    bad: list[str] = []
    doubled = 0
    for piece in _pieces(text):
        found = _addressee(piece)
        if found is None:
            bad.append(piece)
        elif found.email in good:
            doubled += 1
        else:
            good[found.email] = found
    return Reading(tuple(good.values()), tuple(bad), doubled)


def normal(address: str) -> str:
    """An address in lower case, with its domain in the letters of DNS (RFC 5891). Raises ValueError if it is none that a mail
    server takes, for example with other letters than those of ASCII before the ``@``, or with controls in quotes.
    """
    local, at, domain = address.strip().rpartition("@")
    if domain and not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode()
    email = f"{local}{at}{domain}".lower()
    if not (email.isascii() and email.isprintable()) or len(email) > ADDRESS_LENGTH:
        raise ValueError("no address")
    try:
        validate_email(email)
    except ValidationError:
        raise ValueError("no address") from None
    return email


def _pieces(text: str) -> Iterator[str]:
    for line in _LINES.split(text):
        pieces = [line] if _NAMED.fullmatch(line) else _PIECES.findall(line)
        yield from filter(None, map(str.strip, pieces))


def _addressee(piece: str) -> Addressee | None:
    named = _NAMED.fullmatch(piece)
    name, address = named.groups() if named else ("", piece)
    try:
        return Addressee(normal(address), " ".join(name.replace('"', " ").split())[:NAME_LENGTH])
    except ValueError:
        return None
