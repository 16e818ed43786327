"""Alembic's entry: over a connection of ours, or over `-x url=...` when a migration is drafted."""

# ruff: noqa: INP001  alembic loads these files by path, they are no package
from __future__ import annotations

from typing import Literal

from alembic import context
from sqlalchemy import Connection
from sqlmodel.sql.sqltypes import AutoString

from fangxun.store import address, engines, tables
from fangxun.store.columns import Instant, Pairs, Word


def plain(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Types of ours as SQLAlchemy's own: a migration must not change when our code does."""
    if kind == "type":
        if isinstance(item, Instant):
            return "sa.DateTime(timezone=True)"
        if isinstance(item, Pairs):
            return "sa.Text()"
        if isinstance(item, Word):
            return "sa.String(length=32)"
        if isinstance(item, AutoString):
            return "sa.String()"
    return False


def run(connection: Connection) -> None:
    """Batch mode for both engines; DDL is whole or nothing, in the transaction of our own."""
    context.configure(
        connection=connection,
        target_metadata=tables.Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
        render_item=plain,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    url = context.get_x_argument(as_dictionary=True)["url"]
    with engines.bare(address.parse(url)).begin() as own:
        run(own)
