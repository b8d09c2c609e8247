"""What a newcomer's browser loads, with an empty cache, until it shows the others. Counted, not timed."""

from __future__ import annotations

from bench.weight import weigh
from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import eventually

BYTES, REQUESTS = 90_000, 15
#: What a page loads two seconds later is not counted, however long a busy machine takes until there is a picture.
AT_FIRST = """const { setTimeout } = window;
window.setTimeout = (run, ms, ...how) => (ms >= 2000 ? 0 : setTimeout(run, ms, ...how));"""


def test_the_call_page_keeps_its_budget(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, carol = cast.guest("Alice"), cast.guest("Carol")
    alice.join(slug)
    carol.context.add_init_script(AT_FIRST)
    weight = weigh(carol.page)
    carol.join(slug)
    eventually(lambda: carol.connections() and carol.sees(1), what="a picture of Alice")
    assert weight.bytes <= BYTES, weight.sizes
    assert weight.requests <= REQUESTS, weight.depths
