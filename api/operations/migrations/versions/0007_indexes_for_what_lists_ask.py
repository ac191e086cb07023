"""indexes for what lists ask.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_due_at"))
        batch_op.drop_index(batch_op.f("ix_ticket_received_at"))
        batch_op.drop_index(batch_op.f("ix_ticket_state"))
        batch_op.create_index(
            "ix_ticket_by_channel", ["channel", "received_at", "number", "id"], unique=False
        )
        batch_op.create_index(
            "ix_ticket_by_job_type", ["job_type", "received_at", "number", "id"], unique=False
        )
        batch_op.create_index(
            "ix_ticket_in_service", ["state", "priority", "due_at", "number", "id"], unique=False
        )
        batch_op.create_index("ix_ticket_register", ["received_at", "number", "id"], unique=False)
