"""Migrates a database to the schema of this program, and checks that it has it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from kit.db import Database, Limit, MigrationLimits, limit_reached
from kit.errors import Unavailable

_USUAL = MigrationLimits()

_GAVE_UP: dict[Limit, str] = {
    "lock": (
        "the migration gave up, and nothing was changed: another process has held the tables for "
        "more than {0.lock_s:g} s. End whatever uses the database (web, worker, a backup, a "
        "session of psql), then run `sanlai migrate` again. SANLAI_MIGRATION_LOCK_S is the limit."
    ),
    "statement": (
        "the migration gave up, and nothing was changed: a statement has run for more than "
        "{0.statement_s:g} s, or another migration has. If it needs that long on this database, "
        "set SANLAI_MIGRATION_STATEMENT_S higher and run `sanlai migrate` again."
    ),
}

_LOCK = 0x53616E6C6169
"""Key of the lock ("Sanlai"): if two upgrades run at once, the second waits."""


def upgrade(db: Database, limits: MigrationLimits = _USUAL) -> tuple[str | None, str]:
    """Bring the schema to this program's version, in one transaction; return (before, after).

    Two at once wait for one another. Raises ``Unavailable`` when the database was made by a newer
    program, and when one of the limits is reached; nothing is changed then.
    """
    try:
        with db.alter(_LOCK, limits) as connection:
            before = _current(connection)
            _refuse_newer(before)
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return before, head()
    except DBAPIError as error:
        limit = limit_reached(error)
        if limit is None:
            raise
        raise Unavailable("migration_gave_up", _GAVE_UP[limit].format(limits)) from error


def head() -> str:
    """Return the version of the schema that this program needs."""
    found = _steps()[0]
    if found is None:
        raise RuntimeError("the program carries no migrations")
    return found


def schema_fault(db: Database) -> str | None:
    """Return what is wrong with the database's schema, in one sentence, or ``None``.

    Raises ``Unavailable`` when the database can't be reached.
    """
    try:
        with db.read() as session:
            current = _current(session.connection())
    except SQLAlchemyError as error:
        raise Unavailable("database_away", _reason(error)) from error
    needed = head()
    if current == needed:
        return None
    if current is None:
        return "the database has no tables yet: run `sanlai migrate`"
    if current not in _steps()[1]:
        return f"the database belongs to a newer program (schema {current}): install that program"
    return f"the database has schema {current}, this program needs {needed}: run `sanlai migrate`"


def _reason(error: SQLAlchemyError) -> str:
    cause = str(getattr(error, "orig", None) or error).strip().splitlines()
    return f"the database can't be reached: {cause[0] if cause else type(error).__name__}"


def _refuse_newer(current: str | None) -> None:
    if current is not None and current not in _steps()[1]:
        raise Unavailable(
            "schema_newer",
            f"the database belongs to a newer program (schema {current}); nothing was changed",
        )


@cache
def _steps() -> tuple[str | None, frozenset[str]]:
    """Return the newest step and all steps that the program carries; read once a process."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return scripts.get_current_head(), frozenset(s.revision for s in scripts.walk_revisions())


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def alembic_config() -> Config:
    """Return Alembic's configuration: no file, only where the steps lie."""
    config = Config()
    # Alembic reads `%` in its options as interpolation; a path may hold one.
    folder = str(Path(__file__).parent / "migrations").replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    return config
