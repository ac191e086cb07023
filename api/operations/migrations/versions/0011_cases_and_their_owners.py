"""cases and their owners.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_case",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("ticket_id", sa.String(length=64), nullable=True),
        sa.Column("first_contact_id", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.String(length=64), nullable=False),
        sa.Column("receiver_id", sa.String(length=64), nullable=True),
        sa.Column("receiver_post", sa.String(length=24), nullable=True),
        sa.Column("accept_by", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("notice_faults", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_case")),
        sa.UniqueConstraint("number", name=op.f("uq_service_case_number")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_service_case_ticket_id")),
    )
    with op.batch_alter_table("service_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_case_accept_by"), ["accept_by"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_service_case_first_contact_id"), ["first_contact_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_service_case_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_case_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_service_case_receiver_id"), ["receiver_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_service_case_receiver_post"), ["receiver_post"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_service_case_state"), ["state"], unique=False)

    op.create_table(
        "service_case_event",
        sa.Column("case_id", sa.String(length=64), nullable=False),
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
            ["case_id"],
            ["service_case.id"],
            name=op.f("fk_service_case_event_case_id_service_case"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_case_event")),
        sa.UniqueConstraint("case_id", "n", name=op.f("uq_service_case_event_case_id_n")),
    )
