"""Customer and payer can be found; a ticket may wait for its time; several numbers of one person.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "ticket", sa.Column("parties", sa.String(length=400), nullable=False, server_default="")
    )
    op.add_column("ticket", sa.Column("signed_way", sa.String(length=16), nullable=True))
    op.drop_index(op.f("ix_ticket_due_at"), table_name="ticket")
    _replace(sa.Column("due_at", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_ticket_due_at"), "ticket", ["due_at"], unique=False)
    _replace(sa.Column("phone", sa.String(length=80), nullable=False, server_default=""))


def _replace(column: sa.Column[object]) -> None:
    """Put a column in place of the one of its name, with what stands in that.

    Not by a batch: on SQLite that would put a copy in place of a table that others refer to.
    """
    name = column.name
    column.name = f"new_{name}"
    table = sa.table("ticket", sa.column(name), sa.column(column.name))
    op.add_column("ticket", column)
    op.execute(sa.update(table).values({table.c[column.name]: table.c[name]}))
    op.drop_column("ticket", name)
    op.execute(f"ALTER TABLE ticket RENAME COLUMN {column.name} TO {name}")
