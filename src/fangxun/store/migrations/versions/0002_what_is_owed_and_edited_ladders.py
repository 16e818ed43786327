"""What is owed after a confirmation, the hazard of a raise, and the place in an edited ladder.

Revision 0002, after 0001.
"""

# ruff: noqa: INP001  alembic loads these files by path, they are no package
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Arrival becomes one kind of what is owed; a page and a place say their hazard."""
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_page_arrive_by"))
        batch_op.alter_column("arrive_by", new_column_name="owed_by")
        batch_op.alter_column("arrived_at", new_column_name="met_at")
        batch_op.add_column(sa.Column("owed", sa.String(length=32), nullable=True))
        batch_op.add_column(
            sa.Column("owed_seconds", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(
            sa.Column("hazard", sa.String(length=32), nullable=False, server_default="other")
        )
        batch_op.add_column(sa.Column("ladder", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("rung", sa.String(), nullable=False, server_default=""))
    page = sa.table("page", sa.column("owed"), sa.column("owed_by"))
    op.execute(page.update().where(page.c.owed_by.is_not(None)).values(owed="arrived"))
    with op.batch_alter_table("page", schema=None) as batch_op:
        for name in ("owed_seconds", "hazard", "ladder", "rung"):
            batch_op.alter_column(name, server_default=None)
        batch_op.create_index(batch_op.f("ix_page_owed_by"), ["owed_by"], unique=False)
    with op.batch_alter_table("incident_place", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("hazard", sa.String(length=32), nullable=False, server_default="other")
        )
    with op.batch_alter_table("incident_place", schema=None) as batch_op:
        batch_op.alter_column("hazard", server_default=None)
