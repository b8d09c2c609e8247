"""How fast the fuzzer sends."""

from __future__ import annotations

from tests.fuzz.server import Pace


def test_frames_go_evenly_and_lost_time_is_not_made_up_for() -> None:
    now = [100.0]
    pace = Pace(0.5, lambda: now[0])
    assert [pace.wait() for _ in range(3)] == [0.0, 0.5, 1.0]
    now[0] = 110.0
    assert [pace.wait() for _ in range(2)] == [0.0, 0.5]
