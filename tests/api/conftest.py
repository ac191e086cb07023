from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command

from api.operations.migrate import alembic_config
from kit.db import Database
from tests.api.company import Company, open_company


@pytest.fixture
def company(tmp_path: Path, database_url: str) -> Iterator[Company]:
    """Give a company on a real web server: on SQLite, and again on PostgreSQL."""
    with open_company(tmp_path, database_url) as opened:
        yield opened


@pytest.fixture
def sqlite_company(tmp_path: Path, sqlite_url: str) -> Iterator[Company]:
    """Give a company on SQLite alone, for what no database can change."""
    with open_company(tmp_path, sqlite_url) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def old_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give an empty database with the tables of version 0.1: on SQLite, and on PostgreSQL."""
    if request.param == "postgresql":
        make: Callable[..., str] = request.getfixturevalue("new_postgresql")
        url = make(empty=True)
    else:
        url = f"sqlite:///{tmp_path / 'old.db'}"
    database = Database(url)
    with database.engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    yield database
    database.close()
