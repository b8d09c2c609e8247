"""What happens to scheduled meetings, for those who act on it: invitations, reminders, events.

Each signal is sent inside the transaction of the change, with ``scheduled``; ``occurrence`` if one date changed, None for all;
and ``by``, the ``Actor`` of the command, or None if nobody did it: the room was deleted, or the rules of a zone have changed. An
error of a receiver undoes the change. The rows have been written already, except that ``called_off`` for a room that is deleted
is sent before they are gone: receivers take what they need then.

"This and following" sends ``rescheduled`` for the entry that ends earlier, and ``scheduled`` for the one that goes on, whose
``follows`` is set and which has the invited people and their answers. Dates that the periodic job adds are not told of.
"""

from __future__ import annotations

from typing import Final

from django.dispatch import Signal

scheduled: Final = Signal()
#: Another time, title, agenda, rule or end.
rescheduled: Final = Signal()
called_off: Final = Signal()
