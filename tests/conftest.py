from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_django
from django.conf import settings
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import timezone

from accounts.models import User
from conference import branding, bundles, notices
from conference.branding import Brand
from tests import stores
from tests.browser import deployment as deploying
from tests.cast import person
from tests.order import pytest_collection_modifyitems as pytest_collection_modifyitems

#: There are several processes, with pytest-xdist.
SIDE_BY_SIDE = "PYTEST_XDIST_WORKER" in os.environ
#: Migrations fill these tables, with the same rows for every test.
FILLED = {"django_content_type", "auth_permission"}


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: the garbage collector need not go through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def _keeps_what_migrations_made() -> Iterator[None]:
    """A test with transactions of its own empties the tables afterwards, but for ``FILLED``.

    Django would empty and fill those, too, which takes most of the time of such a test.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: _empty())
        yield


def _empty() -> None:
    tables = {*connection.introspection.django_table_names(only_existing=True, include_views=False)}
    statements = connection.ops.sql_flush(no_style(), sorted(tables - FILLED))
    connection.ops.execute_sql_flush(statements)


@pytest.fixture(autouse=True, scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory of all processes of the run."""
    own = tmp_path_factory.getbasetemp()
    directory = own.parent if SIDE_BY_SIDE else own
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deploying, "shared", directory)
        yield directory


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """Side by side, one process migrates, and the others have copies."""
    return django_db_keepdb or (SIDE_BY_SIDE and connection.vendor == "sqlite")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    shared: Path,
) -> Iterator[None]:
    if not SIDE_BY_SIDE or connection.vendor != "sqlite":
        yield
        return
    path = Path(connection.settings_dict["TEST"]["NAME"])
    with django_db_blocker.unblock():
        path.write_bytes(deploying.migrated())
    yield
    path.unlink()


@pytest.fixture(autouse=True, scope="session")
def _bundled(shared: Path) -> None:
    """Collect the bundles that pages refer to."""
    shutil.copytree(deploying.once(shared / "bundles", bundles.build), settings.STATIC_ROOT / bundles.FOLDER)


@pytest.fixture(scope="session")
def static(shared: Path) -> Path:
    """The static files as they are served."""
    return deploying.once(shared / "collected", deploying.collect_static) / "static"


@pytest.fixture(scope="session")
def cluster(shared: Path) -> Path:
    """The files of a PostgreSQL that has our tables, in which there is nothing yet."""
    return deploying.once(shared / "postgresql", stores.migrated_cluster)


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _nothing_known() -> None:
    """Nobody has changed how the deployment looks, and there is no notice.

    Pages read that every few seconds, which would count as a query of theirs.
    """
    branding.known.put(Brand())
    notices.known.put(())


@pytest.fixture
def wrong_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of this worker is a month ahead of the database's."""
    right = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: right() + timedelta(days=30))


@pytest.fixture
def alice(db: None) -> User:
    return person("Alice")


@pytest.fixture
def bob(db: None) -> User:
    return person("Bob")


@pytest.fixture
def carol(db: None) -> User:
    return person("Carol")


@pytest.fixture
def mallory(db: None) -> User:
    return person("Mallory")


@pytest.fixture
def alices(alice: User) -> Client:
    return browser(alice)


@pytest.fixture
def bobs(bob: User) -> Client:
    return browser(bob)


@pytest.fixture
def carols(carol: User) -> Client:
    return browser(carol)


@pytest.fixture
def mallorys(mallory: User) -> Client:
    return browser(mallory)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
