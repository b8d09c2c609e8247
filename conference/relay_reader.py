"""A thread that reads what coturn publishes, and keeps the ledger (``manage.py run_jobs``)."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from django.db import DatabaseError, InterfaceError, close_old_connections
from redis import Redis, RedisError

from conference import redis
from conference.ledger import Ledger
from conference.relay_events import PATTERNS, parse

logger = logging.getLogger(__name__)

WRITE_SECONDS: Final = 5.0
AWAY_SECONDS: Final = 3.0
WAIT_SECONDS: Final = 0.5
#: coturn may say nothing for hours. A connection that is dead is noticed by a ping.
PING_SECONDS: Final = 10


class RelayReader:
    """``url`` is that of the Redis of coturn's statistics."""

    def __init__(self, url: str, ledger: Ledger | None = None) -> None:
        self._url = url
        self._ledger = ledger or Ledger()
        self._over = threading.Event()
        self._due = 0.0
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        #: Set while it hears what is published.
        self.listening = threading.Event()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Blocks until what was read is written, or could not be."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._listen()
            except RedisError as error:
                logger.warning("The statistics of the relay cannot be read: %s", type(error).__name__)
            except Exception:
                logger.exception("The statistics of the relay were not understood")
            self.listening.clear()
            self._over.wait(AWAY_SECONDS)
        self._write()

    def _listen(self) -> None:
        options = {"decode_responses": True, "encoding_errors": "replace", "health_check_interval": PING_SECONDS}
        pool = redis.pool(self._url, socket_timeout=PING_SECONDS, socket_connect_timeout=AWAY_SECONDS, **options)
        with Redis(connection_pool=pool) as client, client.pubsub(ignore_subscribe_messages=True) as events:
            events.psubscribe(*PATTERNS)
            self.listening.set()
            while not self._over.is_set():
                message = events.get_message(timeout=WAIT_SECONDS)
                if message is not None and (event := parse(message["channel"], message["data"])) is not None:
                    self._ledger.note(event)
                if time.monotonic() >= self._due:
                    self._write()

    def _write(self) -> None:
        self._due = time.monotonic() + WRITE_SECONDS
        close_old_connections()
        try:
            self._ledger.write()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The use of the relay could not be written: %s", type(error).__name__)
        finally:
            close_old_connections()
