"""What a process knows of the database: read again every few seconds, so that pages need no query, and every worker follows a
change without being told.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from django.db import DatabaseError, InterfaceError

logger = logging.getLogger(__name__)

SECONDS: Final = 3.0

T = TypeVar("T")


class Known(Generic[T]):
    """A value as it was read last; ``first`` until then. ``read(value)`` returns a new value, or None if nothing has changed."""

    def __init__(self, first: T, read: Callable[[T], T | None], clock: Callable[[], float]) -> None:
        self._value = first
        self._read = read
        self._clock = clock
        self._due = -math.inf
        self._reading = threading.Lock()
        self._is_away = False

    def get(self) -> T:
        if self._clock() >= self._due and self._reading.acquire(blocking=False):
            try:
                self.refresh()
            finally:
                self._reading.release()
        return self._value

    @property
    def last(self) -> T:
        """As it was read last, however long ago: for pages while the stores are away."""
        return self._value

    def refresh(self) -> T:
        """Read it now. While the database does not answer, what was known last stays."""
        self._due = self._clock() + SECONDS
        try:
            fresh = self._read(self._value)
        except (DatabaseError, InterfaceError) as error:
            self._complain(error)
        else:
            self._is_away = False
            self._value = self._value if fresh is None else fresh
        return self._value

    def put(self, value: T) -> None:
        """From now on it is this one, without reading."""
        self._value, self._due = value, math.inf

    def _complain(self, error: Exception) -> None:
        if not self._is_away:
            logger.warning("%s could not be read: %s", type(self._value).__name__, error)
        self._is_away = True
