"""Which clock counts: the database's, which is the same for all workers. Their own may be wrong.

A moment is a value, or ``Now()`` and what is reckoned from it, which the database puts in. Never compare what one worker has
written with ``timezone.now()`` of another, and never delete by it.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models.expressions import Combinable

Moment = datetime | Combinable
