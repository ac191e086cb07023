from collections.abc import Iterator
from pathlib import Path

import pytest

from api.operations.schema import METADATA
from kit.db import Database
from tests.api.company import Company, open_company


@pytest.fixture
def company(tmp_path: Path, database_url: str) -> Iterator[Company]:
    """Give a company on a real web server: on SQLite, and again on PostgreSQL."""
    with open_company(tmp_path, database_url) as opened:
        yield opened


@pytest.fixture
def sqlite_company(tmp_path: Path) -> Iterator[Company]:
    """Give a company on SQLite alone, for what no database can change."""
    url = f"sqlite:///{tmp_path / 'company.db'}"
    made = Database(url)
    METADATA.create_all(made.engine)
    made.close()
    with open_company(tmp_path, url) as opened:
        yield opened
