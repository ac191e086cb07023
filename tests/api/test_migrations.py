import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from api.operations.migrate import head, schema_fault, upgrade
from api.operations.schema import METADATA
from kit.db import SQLITE_BUSY_TIMEOUT_MS, Database, MigrationLimits, limit_reached
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


HURRIED = MigrationLimits(lock_s=0.2, statement_s=0.5)


def test_an_upgrade_that_finds_a_table_held_gives_up_and_says_what_to_do(
    empty_database: Database,
) -> None:
    upgrade(empty_database)
    with empty_database.engine.begin() as holder:  # on SQLite the holder of the only lock
        if empty_database.product == "postgresql":
            holder.execute(text("LOCK TABLE alembic_version"))
        with pytest.raises(Unavailable) as gave_up:
            upgrade(empty_database, HURRIED)
        for word in ("nothing was changed", "0.2 s", "sanlai migrate", "SANLAI_MIGRATION_LOCK_S"):
            assert word in str(gave_up.value)
    assert upgrade(empty_database, HURRIED) == (head(), head())


def test_a_change_of_a_table_in_use_does_not_wait_in_front_of_others(
    new_postgresql: Callable[..., str],
) -> None:
    database = Database(new_postgresql())
    drop = text("ALTER TABLE station DROP COLUMN name_en")
    with database.engine.begin() as reader:
        reader.execute(text("SELECT * FROM station"))
        with pytest.raises(DBAPIError) as stopped, database.alter(1, HURRIED) as connection:
            connection.execute(drop)
        assert limit_reached(stopped.value) == "lock"
        with database.read() as session:  # the change no longer stands in line before this one
            session.execute(text("SELECT name_en FROM station"))
    with database.alter(1, HURRIED) as connection:
        connection.execute(drop)
    database.close()


def test_a_statement_that_takes_too_long_ends_the_upgrade(
    new_postgresql: Callable[..., str],
) -> None:
    database = Database(new_postgresql(empty=True))
    with pytest.raises(DBAPIError) as stopped, database.alter(1, HURRIED) as connection:
        connection.execute(text("CREATE TABLE half AS SELECT 1 FROM pg_sleep(60)"))
    assert limit_reached(stopped.value) == "statement"
    assert inspect(database.engine).get_table_names() == []
    database.close()


def test_the_limits_of_an_upgrade_end_with_it(empty_database: Database) -> None:
    with empty_database.alter(1, HURRIED):
        pass
    names = ["statement_timeout", "lock_timeout"]
    if empty_database.product == "sqlite":
        names = ["busy_timeout"]
    with empty_database.read() as session:
        word = "PRAGMA" if empty_database.product == "sqlite" else "SHOW"
        found = {name: session.scalar(text(f"{word} {name}")) for name in names}
    usual = {"statement_timeout": "0", "lock_timeout": "0", "busy_timeout": SQLITE_BUSY_TIMEOUT_MS}
    assert found == {name: usual[name] for name in names}


def test_other_faults_of_the_database_are_not_taken_for_a_limit(empty_database: Database) -> None:
    with pytest.raises(DBAPIError) as stopped, empty_database.alter(1, HURRIED) as connection:
        connection.execute(text("DROP TABLE never_made"))
    assert limit_reached(stopped.value) is None


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

    def fail_at_the_third(name: str, *columns: Any, **options: Any) -> object:
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
