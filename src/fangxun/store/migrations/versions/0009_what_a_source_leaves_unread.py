"""What is missing from a source's answers, since when some cannot be read, and what was noted.

Revision 0009, after 0008.
"""

# ruff: noqa: INP001  alembic loads these files by path, they are no package
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A source that answers may still leave something unread."""
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.add_column(sa.Column("odd_since", sa.DateTime(timezone=True), nullable=True))
        for name in ("fault", "noted"):
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("feed", schema=None) as batch_op:
        for name in ("fault", "noted"):
            batch_op.alter_column(name, server_default=None)
