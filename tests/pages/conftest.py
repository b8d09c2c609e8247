from __future__ import annotations

from tests.browser.conftest import cast as cast
from tests.browser.conftest import chromium as chromium
from tests.browser.conftest import database as database
from tests.browser.conftest import deployment as deployment
from tests.browser.conftest import directory as directory
from tests.browser.conftest import gather as gather
from tests.browser.conftest import playwright as playwright
