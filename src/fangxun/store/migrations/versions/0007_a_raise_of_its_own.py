"""The raise of a place by itself, beside what a warning of a division above has raised it to.

Revision 0007, after 0003.
"""

# ruff: noqa: INP001  alembic loads these files by path, they are no package
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Places of an incident may hold two raises."""
    with op.batch_alter_table("incident_place", schema=None) as batch_op:
        batch_op.add_column(sa.Column("own", sa.Text(), nullable=True))
