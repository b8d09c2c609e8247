"""How a rule is read."""

from __future__ import annotations

from datetime import date

import pytest

from schedule import recurrence, wording
from schedule.recurrence import Recurrence

WEDNESDAY = date(2026, 12, 16)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Recurrence(), ""),
        (Recurrence("daily"), "Every day"),
        (Recurrence("daily", every=3, count=1), "Every 3 days, once"),
        (Recurrence("weekly", days=("WE",), count=5), "Every week on Wednesday, 5 times"),
        (
            Recurrence("weekly", every=2, days=("MO", "WE", "FR"), until=date(2027, 2, 1)),
            "Every 2 weeks on Monday, Wednesday and Friday until Feb. 1, 2027",
        ),
        (Recurrence("month_day"), "Every month on day 16"),
        (Recurrence("month_weekday", every=3), "Every 3 months on the third Wednesday"),
        (Recurrence("month_last"), "Every month on the last Wednesday"),
    ],
    ids=str,
)
def test_a_rule_in_words(rule: Recurrence, words: str) -> None:
    zone = "Europe/Berlin"
    assert wording.describe(recurrence.write(rule, WEDNESDAY, zone), WEDNESDAY, zone) == words
