from pathlib import Path

import pytest

from api.operations.schema import METADATA
from kit.db import Database
from tests.dispatch.world import World


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def sqlite_world(tmp_path: Path) -> World:
    """Give a world on SQLite alone, for what no database can change."""
    db = Database(f"sqlite:///{tmp_path / 'dispatch.db'}")
    METADATA.create_all(db.engine)
    return World(db)
