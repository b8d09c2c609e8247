"""The sessions of Django: kept in the database, remembered in the cache."""

from __future__ import annotations

from django.contrib.sessions.backends import cached_db, db
from redis import RedisError


class SessionStore(cached_db.SessionStore):
    """Django's own, but without Redis one stays signed in, and a cookie that is no key is not looked up."""

    def load(self) -> dict[str, object]:
        try:
            return super().load()
        except RedisError:
            return db.SessionStore.load(self)

    def _validate_session_key(self, key: str | None) -> bool:
        # PostgreSQL takes no text with NUL in it, which a cookie can spell.
        return super()._validate_session_key(key) and str(key).isalnum()  # type: ignore[misc]
