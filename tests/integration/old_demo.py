"""A copy of the folder that a demo of version 0.1 left behind, and what that version showed."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from alembic import command
from pydantic import SecretStr
from sqlalchemy import Connection, MetaData, Table, create_engine, func, select, text

from api.compose.app import create_app
from api.compose.bootstrap import built
from api.demo.seed import seed
from api.operations.migrate import alembic_config, upgrade
from api.parts.parts import Parts
from api.parts.settings import Settings
from kit.clock import ManualClock
from tests.company.serving import serving

PACKED = Path(__file__).parents[1] / "fixtures" / "demo_0_1" / "demo.tar.xz"

NEXT_DAY = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
"""The old demo ended the day before: the promises of its open tickets are all past."""

RENAMED = {"role": "post"}
"""What version 0.1 called by another name in what it showed."""

NOT_KEPT = {"allowed", "token"}
"""What is not on record but follows from who asks, or was not in the answer."""


def unpack(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Unpack the old demo; return its data folder and what version 0.1 showed."""
    with tarfile.open(PACKED) as packed:
        packed.extractall(folder, filter="data")
    seen: dict[str, Any] = json.loads((folder / "seen.json").read_text(encoding="utf-8"))
    return folder / "var", seen


@dataclass
class OldDemo:
    """The old folder under the program of today, with its people on the phone."""

    url: str
    parts: Parts
    seen: dict[str, Any]
    clock: ManualClock
    _people: dict[str, httpx.Client] = field(default_factory=dict)
    _keys: Iterator[int] = field(default_factory=lambda: count(1))

    def person(self, login: str) -> httpx.Client:
        """Return somebody's client, logged in with the password that the old demo drew."""
        if login not in self._people:
            kept = (self.parts.settings.data_dir / "demo-logins.json").read_text(encoding="utf-8")
            password = {one["login"]: one["password"] for one in json.loads(kept)}[login]
            http = httpx.Client(base_url=self.url, timeout=60, trust_env=False)
            answer = http.post("/api/v1/session", json={"login": login, "password": password})
            assert answer.status_code == 201, answer.text
            http.cookies.clear()
            http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
            self._people[login] = http
        return self._people[login]

    def get(self, login: str, path: str, **query: Any) -> Any:
        """Return what the API shows to this person."""
        answer = self.person(login).get(f"/api/v1{path}", params=query)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        return answer.json()

    def do(self, login: str, path: str, data: dict[str, Any]) -> httpx.Response:
        """Give a command as this person."""
        headers = {"Idempotency-Key": f"new-{next(self._keys)}"}
        return self.person(login).post(f"/api/v1{path}", json={"data": data}, headers=headers)

    def close(self) -> None:
        """End everybody's connection."""
        for http in self._people.values():
            http.close()


def move_records(data_dir: Path, url: str) -> None:
    """Put the old records into an empty database, with the tables that version 0.1 had there."""
    old, new = create_engine(f"sqlite:///{data_dir / 'sanlai.db'}"), create_engine(url)
    with old.connect() as source, new.begin() as target:
        config = alembic_config()
        config.attributes["connection"] = target
        command.upgrade(config, "0001")
        there, here = MetaData(), MetaData()
        there.reflect(source)
        here.reflect(target)
        for table in here.sorted_tables:
            rows = [dict(row._mapping) for row in source.execute(select(there.tables[table.name]))]
            if table.name != "alembic_version" and rows:
                target.execute(table.insert(), rows)
                _go_on_counting(target, table)
    old.dispose()
    new.dispose()


def _go_on_counting(target: Connection, table: Table) -> None:
    counted = table.autoincrement_column
    if counted is not None and counted.server_default is not None:
        sequence = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
        last = target.scalar(select(func.max(counted)))
        target.execute(sequence, {"table": table.name, "column": counted.name, "last": last})


@contextmanager
def taken_over(folder: Path, database_url: str | None = None) -> Iterator[OldDemo]:
    """Take the old folder over as ``sanlai demo`` does, and serve it: migrate, seed, read.

    With the URL of an empty database, its records are moved there first, as they were.
    """
    data_dir, seen = unpack(folder)
    settings = Settings(data_dir=data_dir)
    if database_url is not None:
        move_records(data_dir, database_url)
        settings = Settings(data_dir=data_dir, database_url=SecretStr(database_url))
    clock = ManualClock(NEXT_DAY)
    with built(settings, clock, writes_points=True) as parts:
        upgrade(parts.db)
        seed(parts)
        with serving(create_app(parts)) as url:
            demo = OldDemo(url, parts, seen, clock)
            try:
                yield demo
            finally:
                demo.close()


def differences(old: Any, new: Any, path: str = "") -> list[str]:
    """Return where ``new`` does not say what ``old`` said; it may say more."""
    if isinstance(old, dict):
        return [
            fault
            for key, value in old.items()
            if key not in NOT_KEPT
            for fault in _differences_at(RENAMED.get(str(key), str(key)), value, new, path)
        ]
    if isinstance(old, list):
        if not isinstance(new, list) or len(old) != len(new):
            return [f"{path}: {old!r} is now {new!r}"]
        pairs = enumerate(zip(old, new, strict=True))
        return [fault for n, (a, b) in pairs for fault in differences(a, b, f"{path}[{n}]")]
    return [] if old == new else [f"{path}: {old!r} is now {new!r}"]


def _differences_at(key: str, value: Any, new: Any, path: str) -> list[str]:
    if not isinstance(new, dict) or key not in new:
        return [f"{path}.{key}: {value!r} is gone"]
    return differences(value, new[key], f"{path}.{key}")
