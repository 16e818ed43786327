"""Calls that are taken back.

Revision 0013, after 0011.
"""

# ruff: noqa: INP001  alembic loads these files by path, they are no package
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One small table, empty but while calls ring for pages that have ended."""
    op.create_table(
        "hang_up",
        sa.Column("attempt", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt"], ["attempt.id"], name=op.f("fk_hang_up_attempt_attempt")
        ),
        sa.PrimaryKeyConstraint("attempt", name=op.f("pk_hang_up")),
    )
