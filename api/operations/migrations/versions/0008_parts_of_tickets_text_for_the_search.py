"""What tickets are found by: pairs of characters and fours of digits of their text.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TICKET = sa.table(
    "ticket",
    *(sa.column(name) for name in ("id", "number", "name", "phone", "address", "parties")),
)
GRAM = sa.table("ticket_gram", sa.column("gram"), sa.column("ticket_id"))
AT_ONCE = 500


def upgrade() -> None:
    op.create_table(
        "ticket_gram",
        sa.Column("gram", sa.String(length=4), nullable=False),
        sa.Column("ticket_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_gram_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("gram", "ticket_id", name=op.f("pk_ticket_gram")),
        sqlite_with_rowid=False,
    )
    last = ""
    while rows := _some_after(last):
        found = [{"gram": gram, "ticket_id": row.id} for row in rows for gram in _parts(row)]
        op.bulk_insert(GRAM, found)
        last = rows[-1].id


def _some_after(last: str) -> list[sa.Row[Any]]:
    some = sa.select(TICKET).where(TICKET.c.id > last).order_by(TICKET.c.id).limit(AT_ONCE)
    return list(op.get_bind().execute(some))


def _parts(row: sa.Row[Any]) -> Iterator[str]:
    number = row.number.rpartition("-")[2]
    found = set()
    for text in (number, row.name, row.phone, row.address, row.parties):
        for run in re.findall(r"\d+|[^\W\d_]+", text.lower()):
            size = 4 if run[0].isdecimal() else 2
            found |= {run[n : n + size] for n in range(len(run) - size + 1)}
    yield from sorted(found)
