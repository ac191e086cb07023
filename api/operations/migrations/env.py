"""Alembic's entry: it is handed an open connection, inside the transaction of the upgrade."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from api.operations.schema import METADATA
from kit.db import Json, Thousandths, UtcDateTime


def plain_type(kind: str, thing: Any, _autogen: Any) -> str | Literal[False]:
    """Write our column types as what the database sees: a step must not change with our code."""
    if kind == "type" and isinstance(thing, UtcDateTime | Thousandths):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(thing, Json):
        return "sa.Text()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_item=plain_type,
    # All steps of one upgrade are one transaction, on SQLite too: all of it or nothing.
    transactional_ddl=True,
    transaction_per_migration=False,
    # SQLite can't alter a column in place; a batch copies the table.
    render_as_batch=True,
)
context.run_migrations()
