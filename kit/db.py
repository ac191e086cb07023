"""The database: one declarative base, portable column types, one door for sessions.

This is the only file that knows the dialect. PostgreSQL in production; SQLite with WAL,
``BEGIN IMMEDIATE`` and ``synchronous=FULL`` by default, so that what was committed lasts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal, cast

from sqlalchemy import (
    BigInteger,
    Connection,
    CursorResult,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from kit.canonical import canonical_json
from kit.instants import from_micros, to_micros

SQLITE_BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for another process's transaction before it gives up."""

BigInt = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit integer that SQLite can also use as an auto-incremented key."""


class Base(DeclarativeBase):
    """Base of every table; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, stored as whole microseconds since 1970 UTC: sorts and compares everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware instant into microseconds; raise ``ValueError`` without a zone."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Turn microseconds back into an instant in UTC."""
        return None if value is None else from_micros(value)


class Thousandths(TypeDecorator[Decimal]):
    """An exact decimal, stored as a whole number of thousandths: no float is on the way."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Turn a number into thousandths; raise ``ValueError`` for a finer one."""
        if value is None:
            return None
        whole = int(value * 1000)
        if whole != value * 1000:
            raise ValueError(f"{value} is finer than thousandths")
        return whole

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Turn thousandths back into a number."""
        return None if value is None else Decimal(int(value)).scaleb(-3)


class Json(TypeDecorator[Any]):
    """Plain data as canonical JSON text: the same data is the same bytes on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write canonical JSON (sorted keys, no spaces, UTF-8 kept)."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read the JSON back."""
        return None if value is None else json.loads(value)


def make_engine(url: str) -> Engine:
    """Return an engine for a database URL, with what its dialect needs to be safe."""
    # Error texts go to the log, and the parameters of a statement may be personal data.
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"), hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # SQLAlchemy is to send BEGIN itself: the driver's own would be deferred, and a deferred
    # transaction that turns into a writer can fail without ever waiting.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={SQLITE_BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    readonly = connection.get_execution_options().get("readonly", False)
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")


def insert_if_new(session: Session, table: type[Base], row: Mapping[str, Any]) -> bool:
    """Insert the row unless one with its primary key exists; return whether it was inserted.

    If two transactions insert the same key at once, the second waits for the first.
    """
    bare = cast("Table", table.__table__)
    statement = _insert_into(session, bare).on_conflict_do_nothing(index_elements=_keys_of(bare))
    # Without this option the number of rows is unknown.
    statement = statement.values(**row).execution_options(preserve_rowcount=True)
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1


def upsert(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows, all with the same columns; overwrite those whose primary key exists."""
    if not rows:
        return
    bare = cast("Table", table.__table__)
    keys = _keys_of(bare)
    statement = _insert_into(session, bare)
    changed = {c.name: statement.excluded[c.name] for c in bare.columns if c.name not in keys}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def one_at_a_time(session: Session, subject: str) -> None:
    """Wait for every other transaction on this subject; the lock is held until this one ends.

    PostgreSQL uses an advisory lock; on SQLite a writing session already holds the only lock.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Eight bytes of the name, so that each subject has a lock of its own.
        key = int.from_bytes(sha256(subject.encode()).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(key)))


def _insert_into(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    dialect = session.get_bind().dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def _keys_of(table: Table) -> list[str]:
    return [column.name for column in table.primary_key.columns]


@dataclass(frozen=True, slots=True)
class MigrationLimits:
    """How long a schema change waits for a lock, and how long one of its statements may run.

    On PostgreSQL, a change that waits for a table blocks everybody behind it, so the wait is short.
    SQLite has a single lock, and no limit for a statement.
    """

    lock_s: float = 5
    statement_s: float = 600


Limit = Literal["lock", "statement"]

_LIMIT_OF_SQLSTATE: dict[str | None, Limit] = {"55P03": "lock", "57014": "statement"}


def limit_reached(error: DBAPIError) -> Limit | None:
    """Return which limit of ``MigrationLimits`` ended the statement, if one did."""
    if getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
        return "lock"
    return _LIMIT_OF_SQLSTATE.get(getattr(error.orig, "sqlstate", None))


def _limit_sqlite(connection: Connection, seconds: float) -> None:
    if connection.dialect.name == "sqlite":
        # Set through the driver: SQLAlchemy would begin the transaction first.
        driver = cast("Any", connection.connection.driver_connection)
        driver.execute(f"PRAGMA busy_timeout={round(seconds * 1000)}")


def _hold_and_limit(connection: Connection, key: int, limits: MigrationLimits) -> None:
    if connection.dialect.name != "postgresql":
        return  # a writing transaction of SQLite has held the only lock since its BEGIN
    limit = text("SELECT set_config(:name, :ms, true)")  # for this transaction alone
    # Waiting for another migration blocks nobody, so it may take as long as a statement.
    connection.execute(
        limit, {"name": "statement_timeout", "ms": f"{round(limits.statement_s * 1000)}"}
    )
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
    connection.execute(limit, {"name": "lock_timeout", "ms": f"{round(limits.lock_s * 1000)}"})


class Database:
    """The one door to the records: ``write()`` commits at its end or not at all.

    A ``write()`` on SQLite takes the writer's lock at its start, so what it reads can't change
    under it; on PostgreSQL use a conditional UPDATE or ``with_for_update`` for the same.
    """

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = sessionmaker(
            self.engine.execution_options(readonly=True), expire_on_commit=False
        )

    @property
    def product(self) -> str:
        """The database product, for messages: ``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session whose work is committed at the end, durable when this returns."""
        with self._sessions.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session for reading; whatever it changes is rolled back.

        The rows that it read stay readable afterwards, as they were.
        """
        with self._readers() as session:
            try:
                yield session
            finally:
                session.expunge_all()  # a rollback would expire the rows it still holds
                session.rollback()

    @contextmanager
    def alter(self, key: int, limits: MigrationLimits) -> Iterator[Connection]:
        """Give a connection on which schema changes are one transaction.

        A second one under the same ``key`` waits for the first. A statement that reaches a limit
        raises a ``DBAPIError``; ``limit_reached`` says which limit it was.
        """
        with self.engine.connect() as connection:
            _limit_sqlite(connection, limits.lock_s)
            try:
                with connection.begin():
                    _hold_and_limit(connection, key, limits)
                    yield connection
            finally:
                _limit_sqlite(connection, SQLITE_BUSY_TIMEOUT_MS / 1000)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()
