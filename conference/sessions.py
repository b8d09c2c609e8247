"""The sessions of Django, in the database: there is one only where something is worth remembering."""

from __future__ import annotations

from typing import Final

from django.contrib.auth import SESSION_KEY as SIGNED_IN
from django.contrib.sessions.backends import db

#: What earns a session its full life. Any other holds half a sign-in or an invitation, and strangers can make many.
WORTH: Final = frozenset({SIGNED_IN, "passcodes"})
FLEETING_SECONDS: Final = 24 * 3600


class SessionStore(db.SessionStore):
    """Django's own, but a session nobody will miss lasts for a day, and a cookie that is no key is not looked up.

    It is not kept in Redis as well: what visitors can make many of must not fill the memory that rooms are in.
    """

    def get_session_cookie_age(self) -> int:
        age = super().get_session_cookie_age()
        return age if WORTH & self.keys() else min(age, FLEETING_SECONDS)

    def _validate_session_key(self, key: str | None) -> bool:
        # PostgreSQL takes no text with NUL in it, which a cookie can spell.
        return super()._validate_session_key(key) and str(key).isalnum()  # type: ignore[misc]
