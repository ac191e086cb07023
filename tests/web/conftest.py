from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.clock import ManualClock
from tests.company.ground import START
from tests.web.clerks import Office, open_office, settle


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a company's records: made once, as hashing passwords is slow by design."""
    folder = tmp_path_factory.mktemp("company")
    settle(folder, ManualClock(START))
    return folder


@pytest.fixture
def office(settled: Path, tmp_path: Path) -> Iterator[Office]:
    """Give a small company whose clock stands at 14:05 in Shanghai."""
    folder = shutil.copytree(settled, tmp_path / "company")
    with open_office(folder, ManualClock(START)) as opened:
        yield opened
