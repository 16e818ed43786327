"""What a call is spoken in, numbers that can no longer be called, addresses for notices.

Revision 0003, after 0002.
"""

# ruff: noqa: INP001  alembic loads these files by path, they are no package
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Three columns; what is there already gets what they would have been."""
    with op.batch_alter_table("attempt") as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("person_phone") as batch_op:
        batch_op.add_column(
            sa.Column("invalid_voice", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(), nullable=False, server_default=""))
