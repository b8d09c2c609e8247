"""In which order files of tests begin when they run side by side (see `SIDE_BY_SIDE` in the Makefile)."""

from __future__ import annotations

from collections import Counter

import pytest

#: They take long for their number of tests: they open many pages, ask for all with all strings, start processes, or migrate.
LONG = (
    "tests/pages/test_admin_pages.py",
    "tests/pages/test_accessibility.py",
    "tests/pages/test_hostile_strings.py",
    "tests/rooms/test_hostile_strings.py",
    "tests/signaling/test_authorization_matrix.py",
    "tests/signaling/roster/test_model.py",
    "tests/signaling/test_real_workers.py",
    "tests/rooms/test_migrations.py",
    "tests/accounts/test_in_a_browser.py",
    "tests/conference/test_server.py",
    "tests/conference/test_serve.py",
    "tests/conference/test_doctor.py",
    "tests/conference/test_redis.py",
    "tests/deploy/test_the_relay_is_no_way_in.py",
    "tests/deploy/test_two_on_the_relay.py",
    "tests/signaling/roster/test_redis.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """``LONG`` first, then files by their number of tests: a long file that begins last would keep one process alone at work."""
    if not hasattr(config, "workerinput"):
        return
    counts = Counter(_file(item) for item in items)
    items.sort(key=lambda item: (_file(item) not in LONG, -counts[_file(item)], _file(item)))


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
