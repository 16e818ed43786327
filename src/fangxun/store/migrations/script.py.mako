"""${message}.

Revision ${up_revision}, after ${down_revision or "nothing"}.
"""

# ruff: noqa: INP001  alembic loads these files by path, they are no package
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """${message}; also add the revision to store/version.py."""
    ${upgrades if upgrades else "pass"}
