"""Call-outs: each with its calls, its events, and those who were called.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_out",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("ticket_id", sa.String(length=64), nullable=False),
        sa.Column("waits_since", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_out")),
        sa.UniqueConstraint("number", name=op.f("uq_call_out_number")),
    )
    with op.batch_alter_table("call_out", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_out_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_out_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_out_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "call_out_event",
        sa.Column("call_out_id", sa.String(length=64), nullable=False),
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
            ["call_out_id"], ["call_out.id"], name=op.f("fk_call_out_event_call_out_id_call_out")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_out_event")),
        sa.UniqueConstraint("call_out_id", "n", name=op.f("uq_call_out_event_call_out_id_n")),
    )
    op.create_table(
        "call_out_person",
        sa.Column("call_out_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_out_id"], ["call_out.id"], name=op.f("fk_call_out_person_call_out_id_call_out")
        ),
        sa.PrimaryKeyConstraint("call_out_id", "person_id", name=op.f("pk_call_out_person")),
    )
    with op.batch_alter_table("call_out_person", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_call_out_person_person_id"), ["person_id"], unique=False
        )
