from collections.abc import Iterator

import pytest

from kit.db import Database
from tests.dispatch.world import World


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def sqlite_world(sqlite_url: str) -> Iterator[World]:
    """Give a world on SQLite alone, for what no database can change."""
    db = Database(sqlite_url)
    yield World(db)
    db.close()
