"""appointments and slots.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appointment",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("office_id", sa.String(length=64), nullable=False),
        sa.Column("technician_id", sa.String(length=64), nullable=False),
        sa.Column("begins_at", sa.BigInteger(), nullable=True),
        sa.Column("answer_by", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("number", name=op.f("uq_appointment_number")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_answer_by"), ["answer_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_begins_at"), ["begins_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_state"), ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_appointment_technician_id"), ["technician_id"], unique=False
        )

    op.create_table(
        "home_service",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("office_id", sa.String(length=64), nullable=False),
        sa.Column("technician_id", sa.String(length=64), nullable=False),
        sa.Column("begins_at", sa.BigInteger(), nullable=True),
        sa.Column("answer_by", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_service")),
        sa.UniqueConstraint("number", name=op.f("uq_home_service_number")),
    )
    with op.batch_alter_table("home_service", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_home_service_answer_by"), ["answer_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_home_service_begins_at"), ["begins_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_home_service_state"), ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_home_service_technician_id"), ["technician_id"], unique=False
        )

    op.create_table(
        "slot_template",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("office_id", sa.String(length=64), nullable=False),
        sa.Column("office_name", sa.String(length=80), nullable=False),
        sa.Column("crew", sa.String(length=40), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_template")),
    )
    with op.batch_alter_table("slot_template", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slot_template_office_id"), ["office_id"], unique=False)

    op.create_table(
        "appointment_event",
        sa.Column("appointment_id", sa.String(length=64), nullable=False),
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
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_appointment_event_appointment_id_appointment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_event")),
        sa.UniqueConstraint(
            "appointment_id", "n", name=op.f("uq_appointment_event_appointment_id_n")
        ),
    )
    op.create_table(
        "home_service_event",
        sa.Column("home_service_id", sa.String(length=64), nullable=False),
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
            ["home_service_id"],
            ["home_service.id"],
            name=op.f("fk_home_service_event_home_service_id_home_service"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_service_event")),
        sa.UniqueConstraint(
            "home_service_id", "n", name=op.f("uq_home_service_event_home_service_id_n")
        ),
    )
    op.create_table(
        "slot_place",
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["slot_template.id"],
            name=op.f("fk_slot_place_template_id_slot_template"),
        ),
        sa.PrimaryKeyConstraint("template_id", "day", "place", name=op.f("pk_slot_place")),
    )
    with op.batch_alter_table("slot_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slot_place_holder_id"), ["holder_id"], unique=False)
