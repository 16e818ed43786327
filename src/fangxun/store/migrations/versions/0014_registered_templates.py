"""What an attempt says by a registered template.

Revision 0014, after 0013.
"""

# ruff: noqa: INP001  alembic loads these files by path, they are no package
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column, empty for what goes in words of our own."""
    op.add_column("attempt", sa.Column("template", sa.Text(), nullable=True))
