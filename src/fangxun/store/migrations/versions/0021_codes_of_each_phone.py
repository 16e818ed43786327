"""Codes of each phone.

Revision 0021, after 0019.
"""

# ruff: noqa: INP001  alembic loads these files by path, they are no package
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whoever was told of a page that still wants his word keeps the code that he has read."""
    op.create_table(
        "page_code",
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["page"], ["page.id"], name=op.f("fk_page_code_page_page")),
        sa.PrimaryKeyConstraint("page", "contact", name=op.f("pk_page_code")),
    )
    op.execute(
        "INSERT INTO page_code (page, contact, code, given) "
        "SELECT DISTINCT page.id, attempt.contact, CAST(page.code AS INTEGER), page.id "
        "FROM page JOIN attempt_page ON attempt_page.page = page.id "
        "JOIN attempt ON attempt.id = attempt_page.attempt "
        "WHERE page.state IN ('open', 'unreached')"
    )
    with op.batch_alter_table("page_code", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_page_code_contact_code_given"),
            ["contact", "code", "given"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_page_code_given"), ["given"], unique=False)
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_page_state_code"))
        batch_op.drop_column("code")
