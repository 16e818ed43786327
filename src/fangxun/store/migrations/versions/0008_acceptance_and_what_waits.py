"""When a provider accepted a message, which one another took over, and what waits in the inbox.

Revision 0008, after 0007.
"""

# ruff: noqa: INP001  alembic loads these files by path, they are no package
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What a provider has taken was accepted at the latest known instant: that of its request.
    Alarms that rested for good go on at their rare rounds."""
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("instead_of", sa.String(), nullable=False, server_default=""))
    attempt = sa.table(
        "attempt", sa.column("accepted_at"), sa.column("sent_at"), sa.column("provider_id")
    )
    op.execute(
        attempt.update().where(attempt.c.provider_id != "").values(accepted_at=attempt.c.sent_at)
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.alter_column("instead_of", server_default=None)
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("waits_for", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_inbox_waits_for"), ["waits_for"], unique=False)
    page = sa.table(
        "page",
        sa.column("kind"),
        sa.column("state"),
        sa.column("next_due"),
        sa.column("opened_at"),
    )
    op.execute(
        page.update()
        .where(page.c.kind == "alarm", page.c.state == "open", page.c.next_due.is_(None))
        .values(next_due=page.c.opened_at)
    )
