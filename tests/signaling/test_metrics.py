from __future__ import annotations

from signaling.metrics import BUCKETS, Histogram, Metrics


def test_a_histogram_is_cumulative() -> None:
    histogram = Histogram()
    for seconds in (0.0, BUCKETS[0], 0.003, 60.0):
        histogram.observe(seconds)
    lines = list(histogram.lines("x"))
    assert lines[:3] == ['x_bucket{le="0.001"} 2', 'x_bucket{le="0.0025"} 2', 'x_bucket{le="0.005"} 3']
    assert lines[-3:] == ['x_bucket{le="+Inf"} 4', f"x_sum {0.0 + BUCKETS[0] + 0.003 + 60.0}", "x_count 4"]


def test_every_sample_has_a_type() -> None:
    metrics = Metrics()
    metrics.leaves["timeout"] += 2
    metrics.asked(0.5, False)
    text = metrics.text(
        sockets=3, participants={"present": 2, "waiting": 1}, pairs={"connected": 4, "silent": 1}, degraded=True, draining=False
    )
    lines = text.splitlines()
    types = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    for line in lines:
        name = line.split("{")[0].split(" ")[0]
        assert line.startswith("#") or name in types or name.rpartition("_")[0] in types, line
    assert 'conference_leaves_total{reason="timeout"} 2' in lines
    assert 'conference_participants{state="waiting"} 1' in lines
    assert 'conference_pairs{state="silent"} 1' in lines
    assert "conference_degraded 1" in lines
    assert "conference_store_errors_total 1" in lines
    assert text.endswith("\n")
