"""Leave, and edits of the roster that are undone or correct what stood.

Revision 0016, after 0015.
"""

# ruff: noqa: INP001  alembic loads these files by path, they are no package
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was made before was neither undone nor a correction."""
    op.add_column(
        "roster_override", sa.Column("approver", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "roster_override", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "roster_override", sa.Column("undone_by", sa.String(), nullable=False, server_default="")
    )
    with op.batch_alter_table("roster_override", schema=None) as batch_op:
        batch_op.alter_column("approver", existing_type=sa.String(), server_default=None)
        batch_op.alter_column("undone_by", existing_type=sa.String(), server_default=None)
    op.create_table(
        "roster_leave",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("swap", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_leave")),
    )
