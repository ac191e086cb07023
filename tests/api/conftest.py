from collections.abc import Iterator
from pathlib import Path

import pytest

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
