"""Room in the order of the outbox for when somebody was last reached.

Revision 0015, after 0014.
"""

# ruff: noqa: INP001  alembic loads these files by path, they are no package
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """PostgreSQL's integer is too short for it; what waits keeps its order, before what comes."""
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.alter_column(
            "priority", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False
        )
