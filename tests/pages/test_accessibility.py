from __future__ import annotations

import pytest

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.test_accessibility import Inspector


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_a_visitor(cast: Cast, scheme: str) -> None:
    slug = deploying.room(passcode="open sesame").slug
    inspector = Inspector(cast.guest("Carol", color_scheme=scheme))
    inspector.visit("/", "/join?code=nonsense", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/")
    inspector.visit(f"/{slug}/passcode", "/nothing/here")
    assert not inspector.found, "\n\n".join(inspector.found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_an_owner(cast: Cast, scheme: str) -> None:
    owner, member = deploying.user("Alice"), deploying.user("Bob")
    slug = deploying.room(owner=owner, members=[member]).slug
    inspector = Inspector(cast.member("Alice", owner, color_scheme=scheme))
    inspector.visit(
        "/", "/profile", "/profile/data", "/profile/tokens", "/api/v1/reference", "/accounts/password/change/", "/accounts/email/"
    )
    inspector.visit(
        *(
            f"/{slug}/{page}"
            for page in ("settings", "people", "invite", "schedule", "schedule/new", "history", "report", "audit", "delete")
        )
    )
    assert not inspector.found, "\n\n".join(inspector.found)
