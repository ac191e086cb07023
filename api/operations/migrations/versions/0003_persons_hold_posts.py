"""Persons hold posts: a table of them in place of one role, and a log-in says as which it acts.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ACCOUNT = sa.table("user_account", sa.column("id", sa.String), sa.column("role", sa.String))
POST = sa.table(
    "account_post",
    sa.column("account_id", sa.String),
    sa.column("post", sa.String),
    sa.column("n", sa.Integer),
)
SESSION = sa.table("login_session", sa.column("user_id", sa.String), sa.column("post", sa.String))


def upgrade() -> None:
    op.create_table(
        "account_post",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("post", sa.String(length=20), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["user_account.id"],
            name=op.f("fk_account_post_account_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("account_id", "post", name=op.f("pk_account_post")),
    )
    op.create_index(op.f("ix_account_post_post"), "account_post", ["post"], unique=False)
    held = sa.select(ACCOUNT.c.id, ACCOUNT.c.role, sa.literal(0))
    op.execute(sa.insert(POST).from_select(["account_id", "post", "n"], held))
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("post", sa.String(length=20), nullable=True))
    own = sa.select(ACCOUNT.c.role).where(ACCOUNT.c.id == SESSION.c.user_id).scalar_subquery()
    op.execute(sa.update(SESSION).values(post=own))
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.alter_column("post", existing_type=sa.String(length=20), nullable=False)
    op.drop_index(op.f("ix_user_account_role"), table_name="user_account")
    # Not by a batch: on SQLite that would put a copy in place of a table that others refer to.
    op.drop_column("user_account", "role")
