"""Typed reads of the environment. Every error names the variable that is wrong."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path


class Misconfigured(Exception):
    """A variable cannot be used as it is; the message begins with its name."""


class Environment:
    """Reads variables out of a mapping; a variable that is set but empty counts as not set."""

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self._variables = variables

    def text(self, name: str, default: str = "") -> str:
        return self._variables.get(name, "").strip() or default

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.text(name, str(default)).lower()
        if value in {"true", "1", "yes", "on"}:
            return True
        if value in {"false", "0", "no", "off"}:
            return False
        raise Misconfigured(f"{name} must be true or false, not {value!r}")

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdecimal() or not least <= int(value) <= most:
            raise Misconfigured(f"{name} must be a whole number from {least} to {most}, not {value!r}")
        return int(value)

    def choice(self, name: str, default: str, choices: Collection[str]) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise Misconfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}")
        return value

    def words(self, name: str, default: Collection[str] = ()) -> list[str]:
        """The comma-separated parts of a variable, without blanks and without empty ones."""
        parts = [part.strip() for part in self.text(name).split(",")]
        return [part for part in parts if part] or list(default)

    def secret(self, name: str, default: str = "") -> str:
        """The variable, or the content of the file that ``<name>_FILE`` names."""
        path = self.text(f"{name}_FILE")
        if not path:
            return self.text(name, default)
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise Misconfigured(f"{name}_FILE cannot be read: {error.strerror}: {path}") from error
