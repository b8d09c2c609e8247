"""The clock of the database, which is the same for all workers. Their own clocks may be wrong.

A moment is a value, or an expression of ``Now()`` that the database evaluates. Never compare what one worker has written with
``timezone.now()`` of another, and never delete by it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models.expressions import Combinable

Moment = datetime | Combinable
#: The years of the times that people may choose: every zone and database can express them.
YEARS: Final = range(2000, 2101)
