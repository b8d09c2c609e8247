"""The sessions of Django, in the database. There is one only if there is something to remember."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth import SESSION_KEY as SIGNED_IN
from django.contrib.sessions.backends import db
from django.db.models import CharField
from django.db.models.functions import Now

from accounts.prepared import Prepared
from rooms import passcodes

#: Keys with which a session has its full life. Others hold an unfinished sign-in or an invitation; anybody can make many.
WORTH: Final = frozenset({SIGNED_IN, passcodes.MARKS})
FLEETING_SECONDS: Final = 24 * 3600


#: Read for nearly every page.
_CURRENT: Final = Prepared(
    lambda key: db.SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=Now()), key=CharField()
)


class SessionStore(db.SessionStore):
    """Django's, but a session without such a key lasts for a day, and a cookie that is no session key is not looked up.

    Sessions are not kept in Redis: visitors can make many of them, and rooms need that memory.
    """

    def get_session_cookie_age(self) -> int:
        age = super().get_session_cookie_age()
        return age if WORTH & self.keys() else min(age, FLEETING_SECONDS)

    def _get_session_from_db(self) -> Any:
        for row in _CURRENT(key=self.session_key):
            return row
        self._session_key = None
        return None

    def _validate_session_key(self, key: str | None) -> bool:
        # PostgreSQL takes no text with NUL in it, which a cookie can spell.
        return super()._validate_session_key(key) and str(key).isalnum()  # type: ignore[misc]
