from __future__ import annotations

from pathlib import Path

import allauth
import pytest
from django.template.loader import get_template

FOLDER = Path(allauth.__file__).parent / "templates"
PAGES = [
    path.relative_to(FOLDER).as_posix()
    for app in ("account", "allauth", "mfa", "socialaccount")
    for path in sorted((FOLDER / app).rglob("*.html"))
]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_allauth_finds_all_it_loads(page: str) -> None:
    get_template(page)
