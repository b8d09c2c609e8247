"""The sessions of Django, in the database. There is one only if there is something to remember."""

from __future__ import annotations

from typing import Final

from django.contrib.auth import SESSION_KEY as SIGNED_IN
from django.contrib.sessions.backends import db

#: Keys with which a session has its full life. Others hold an unfinished sign-in or an invitation; anybody can make many.
WORTH: Final = frozenset({SIGNED_IN, "passcodes"})
FLEETING_SECONDS: Final = 24 * 3600


class SessionStore(db.SessionStore):
    """Django's, but a session without such a key lasts for a day, and a cookie that is no session key is not looked up.

    Sessions are not kept in Redis: visitors can make many of them, and rooms need that memory.
    """

    def get_session_cookie_age(self) -> int:
        age = super().get_session_cookie_age()
        return age if WORTH & self.keys() else min(age, FLEETING_SECONDS)

    def _validate_session_key(self, key: str | None) -> bool:
        # PostgreSQL takes no text with NUL in it, which a cookie can spell.
        return super()._validate_session_key(key) and str(key).isalnum()  # type: ignore[misc]
