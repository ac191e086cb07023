"""Shelvings on record: a table of them, and the state of a rule knows since when it is shelved.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarm_shelving",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("alarm_id", sa.String(length=64), nullable=False),
        sa.Column("rule_id", sa.String(length=64), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        sa.Column("by_post", sa.String(length=20), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by_id", sa.String(length=64), nullable=True),
        sa.Column("ended_by_name", sa.String(length=80), nullable=True),
        sa.Column("ended_by_post", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_shelving")),
    )
    for name in ("rule_id", "until"):
        op.create_index(op.f(f"ix_alarm_shelving_{name}"), "alarm_shelving", [name], unique=False)
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("alarm_state", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shelved_from_us", whole, nullable=True))
    op.execute(
        sa.update(sa.table("alarm_state", sa.column("shelved_from_us"))).values(shelved_from_us=0)
    )
    with op.batch_alter_table("alarm_state", schema=None) as batch_op:
        batch_op.alter_column("shelved_from_us", existing_type=whole, nullable=False)
