from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import store as the_store
from tests.db import cast
from tests.stores import postgres_url, sqlite_url


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty store with the schema in it; answers which one it is."""
    the_store.use(sqlite_url(tmp_path) if request.param == "sqlite" else postgres_url())
    yield request.param
    the_store.engine().dispose()


@pytest.fixture
def ward(store: str) -> str:
    """The same with both sites open."""
    cast.open_sites()
    return store
