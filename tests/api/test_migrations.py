import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from api.operations.migrate import head, schema_fault, upgrade
from api.operations.schema import METADATA
from kit.db import Database
from kit.errors import Unavailable


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "postgresql":
        make: Callable[..., str] = request.getfixturevalue("new_postgresql")
        url = make(empty=True)
    else:
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    database = Database(url)
    yield database
    database.close()


def test_the_steps_arrive_at_exactly_the_tables_of_the_code(empty_database: Database) -> None:
    assert upgrade(empty_database) == (None, head())
    with empty_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_an_upgrade_of_a_current_database_changes_nothing(empty_database: Database) -> None:
    upgrade(empty_database)
    assert upgrade(empty_database) == (head(), head())


def test_two_upgrades_at_once_wait_for_one_another(empty_database: Database) -> None:
    answers: list[object] = []

    def run() -> None:
        try:
            answers.append(upgrade(empty_database))
        except Exception as error:  # noqa: BLE001 - the test shows whatever went wrong
            answers.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, answers)) == sorted(map(str, [(None, head())] + [(head(), head())] * 3))


def test_a_database_without_tables_is_told_to_migrate(empty_database: Database) -> None:
    fault = schema_fault(empty_database)
    assert fault is not None
    assert "sanlai migrate" in fault
    upgrade(empty_database)
    assert schema_fault(empty_database) is None


def test_a_database_of_a_newer_program_is_left_alone(empty_database: Database) -> None:
    upgrade(empty_database)
    with empty_database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "newer program" in (schema_fault(empty_database) or "")
    with pytest.raises(Unavailable, match="nothing was changed"):
        upgrade(empty_database)


def test_a_step_that_fails_leaves_nothing_behind(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op

    make, made = op.create_table, []

    def fail_at_the_third(name: str, *columns: object, **options: object) -> object:
        made.append(name)
        if len(made) == 3:
            raise RuntimeError("power cut")
        return make(name, *columns, **options)

    monkeypatch.setattr(op, "create_table", fail_at_the_third)
    with pytest.raises(RuntimeError, match="power cut"):
        upgrade(empty_database)
    assert inspect(empty_database.engine).get_table_names() == []


def test_a_database_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(Unavailable, match="can't be reached"):
        schema_fault(database)
    database.close()
