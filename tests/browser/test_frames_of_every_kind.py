"""Broken frames of the server and of a peer do not break a page. ``make fuzz`` gives it many more."""

from __future__ import annotations

from tests.browser import deployment as deploying
from tests.browser.chatting import messages, open_chat, say
from tests.browser.conftest import Cast
from tests.browser.person import eventually
from tests.fuzz import page

SEED = 15
FRAMES = 250


def test_a_page_takes_frames_of_every_kind(cast: Cast) -> None:
    """That nothing is thrown, and nothing breaks the policy, is asserted after every test (see ``gather``)."""
    slug = deploying.room().slug
    alice, bob = cast.member("Alice"), cast.guest("Bob")
    page.meet(slug, alice, bob)
    assert page.into_channels(alice, FRAMES, SEED) == dict.fromkeys(page.CHANNELS, FRAMES)
    assert page.into_socket(alice, bob, slug, FRAMES, SEED) == FRAMES
    open_chat(alice)
    say(alice, "still here")
    say(bob, "yes")
    eventually(lambda: messages(bob)[-2:] == ["still here", "yes"], what="what they say after it")
