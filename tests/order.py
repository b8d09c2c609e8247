"""In which order files of tests begin when they run side by side (see `SIDE_BY_SIDE` in the Makefile)."""

from __future__ import annotations

from collections import Counter

import pytest

#: Their files share servers and a browser, which a process starts again if it runs tests of another folder in between.
TOGETHER = "tests/browser/"
#: They take long for their number of tests: they open many pages, ask for all with all strings, start processes, migrate, or wait
#: for leases to end.
LONG = (
    "tests/js/test_js.py",
    "tests/chaos/test_a_lost_roster.py",
    "tests/chaos/test_chaos.py",
    "tests/chaos/test_paths.py",
    "tests/browser/test_people_part_into_rooms.py",
    "tests/browser/test_hands_are_raised.py",
    "tests/browser/test_frames_of_every_kind.py",
    "tests/browser/test_the_policy_of_a_room.py",
    "tests/browser/test_the_relay.py",
    "tests/browser/test_hostile_strings.py",
    "tests/browser/test_people_share_files.py",
    "tests/browser/test_firefox_and_chromium_meet.py",
    "tests/browser/test_a_line_goes_dead.py",
    "tests/browser/test_accessibility.py",
    "tests/pages/test_admin_pages.py",
    "tests/pages/test_accessibility.py",
    "tests/pages/test_hostile_strings.py",
    "tests/rooms/test_hostile_strings.py",
    "tests/rooms/test_authorization_matrix.py",
    "tests/api/test_matrix.py",
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
    """``TOGETHER`` last; in either part ``LONG`` first, then files by their number of tests.

    A long file that begins last would keep one process alone at work.
    """
    if not hasattr(config, "workerinput"):
        return
    counts = Counter(_file(item) for item in items)
    items.sort(key=lambda item: _rank(_file(item), counts))


def _rank(file: str, counts: Counter[str]) -> tuple[bool, bool, int, str]:
    return file.startswith(TOGETHER), file not in LONG, -counts[file], file


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
