"""The knowledge base with its versions, and the queue of those who wait.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "knowledge_use",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.String(length=64), nullable=True),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_use")),
        sa.UniqueConstraint(
            "entry_id", "ticket_id", "by_id", name=op.f("uq_knowledge_use_entry_id_ticket_id_by_id")
        ),
    )
    with op.batch_alter_table("knowledge_use", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_use_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_use_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "knowledge_version",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        sa.Column("by_post", sa.String(length=20), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_version")),
        sa.UniqueConstraint("entry_id", "n", name=op.f("uq_knowledge_version_entry_id_n")),
    )
    op.create_table(
        "waiter",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("queue", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiter")),
        sa.UniqueConstraint("number", name=op.f("uq_waiter_number")),
    )
    with op.batch_alter_table("waiter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiter_state"), ["state"], unique=False)

    op.create_table(
        "knowledge_gram",
        sa.Column("gram", sa.String(length=4), nullable=False),
        sa.Column("version_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["knowledge_version.id"],
            name=op.f("fk_knowledge_gram_version_id_knowledge_version"),
        ),
        sa.PrimaryKeyConstraint("gram", "version_id", name=op.f("pk_knowledge_gram")),
    )
    op.create_table(
        "waiter_event",
        sa.Column("waiter_id", sa.String(length=64), nullable=False),
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("actor_role", sa.String(length=20), nullable=False),
        sa.Column("where_json", sa.Text(), nullable=False),
        sa.Column("command", sa.String(length=32), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=False),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("after", sa.String(length=64), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["waiter_id"], ["waiter.id"], name=op.f("fk_waiter_event_waiter_id_waiter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiter_event")),
        sa.UniqueConstraint("waiter_id", "n", name=op.f("uq_waiter_event_waiter_id_n")),
    )
