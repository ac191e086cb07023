"""materials, fees, slips and stock notes.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fee_item",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", "since", name=op.f("pk_fee_item")),
    )
    op.create_table(
        "material",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_material")),
    )
    op.create_table(
        "stock_note",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_note")),
        sa.UniqueConstraint("number", name=op.f("uq_stock_note_number")),
    )
    with op.batch_alter_table("stock_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stock_note_state"), ["state"], unique=False)

    op.create_table(
        "material_balance",
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "quantity >= 0 OR place = 'supplier'", name=op.f("ck_material_balance_is_there")
        ),
        sa.ForeignKeyConstraint(
            ["code"], ["material.code"], name=op.f("fk_material_balance_code_material")
        ),
        sa.PrimaryKeyConstraint("place", "code", name=op.f("pk_material_balance")),
    )
    op.create_table(
        "material_movement",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("paper", sa.String(length=20), nullable=False),
        sa.Column("paper_id", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.String(length=64), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_material_movement_moves_something")),
        sa.CheckConstraint("source <> target", name=op.f("ck_material_movement_moves_somewhere")),
        sa.ForeignKeyConstraint(
            ["code"], ["material.code"], name=op.f("fk_material_movement_code_material")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_movement")),
    )
    with op.batch_alter_table("material_movement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_material_movement_code"), ["code"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_material_movement_paper_id"), ["paper_id"], unique=False
        )

    op.create_table(
        "material_price",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["code"], ["material.code"], name=op.f("fk_material_price_code_material")
        ),
        sa.PrimaryKeyConstraint("code", "since", name=op.f("pk_material_price")),
    )
    op.create_table(
        "material_slip",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("ticket_id", sa.String(length=64), nullable=False),
        sa.Column("asker_id", sa.String(length=64), nullable=False),
        sa.Column("receiver_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_material_slip_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_slip")),
        sa.UniqueConstraint("number", name=op.f("uq_material_slip_number")),
    )
    with op.batch_alter_table("material_slip", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_material_slip_asker_id"), ["asker_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_material_slip_receiver_id"), ["receiver_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_material_slip_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_material_slip_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "stock_note_event",
        sa.Column("note_id", sa.String(length=64), nullable=False),
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
            ["note_id"], ["stock_note.id"], name=op.f("fk_stock_note_event_note_id_stock_note")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_note_event")),
        sa.UniqueConstraint("note_id", "n", name=op.f("uq_stock_note_event_note_id_n")),
    )
    op.create_table(
        "material_slip_event",
        sa.Column("slip_id", sa.String(length=64), nullable=False),
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
            ["slip_id"],
            ["material_slip.id"],
            name=op.f("fk_material_slip_event_slip_id_material_slip"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_slip_event")),
        sa.UniqueConstraint("slip_id", "n", name=op.f("uq_material_slip_event_slip_id_n")),
    )
