"""What a newcomer's browser loads, with an empty cache, until it shows the others. Counted, not timed."""

from __future__ import annotations

from bench.weight import weigh
from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import eventually

BYTES, REQUESTS = 90_000, 15
#: Loaded two seconds later. It waits here, so it is not counted however long a busy machine takes until there is a picture.
LATER = "**/extras-*.js"


def test_the_call_page_keeps_its_budget(cast: Cast) -> None:
    slug = deploying.room().slug
    alice, carol = cast.guest("Alice"), cast.guest("Carol")
    alice.join(slug)
    carol.context.route(LATER, lambda route: None)
    weight = weigh(carol.page)
    carol.join(slug)
    eventually(lambda: carol.connections() and carol.sees(1), what="a picture of Alice")
    assert weight.bytes <= BYTES, weight.sizes
    assert weight.requests <= REQUESTS, weight.depths
