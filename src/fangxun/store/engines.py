"""SQLAlchemy's engines over our two kinds of database, and what every connection is told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, NullPool, Pool, QueuePool, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import CompiledCacheType, DBAPIConnection
from sqlalchemy.util import LRUCache

from fangxun.store.address import Address, SqliteFile

BUSY_SECONDS = 10
"""How long a writer waits for another process before it says so."""

_READERS = 16
WORDED: CompiledCacheType = LRUCache(1000)
"""Statements as SQLite's SQL."""


class OurSqlite(SQLiteDialect_pysqlite):
    """One for all engines, as far as words go: a statement that the reader has put into SQL is not
    put into SQL again for the writer, nor for the next file."""

    supports_statement_cache = True

    def __init__(self, begin: str = "BEGIN", **rest: Any) -> None:  # noqa: ANN401  SQLAlchemy's own
        """`begin`: the statement that opens a transaction."""
        super().__init__(**rest)
        self.begin = begin

    def do_begin(self, dbapi_connection: DBAPIConnection) -> None:
        """Left to pysqlite, concurrent increments get lost silently."""
        # A listener of "begin" would do the same; having one makes every statement slower.
        dbapi_connection.cursor().execute(self.begin)

    def __eq__(self, other: object) -> bool:
        """SQLAlchemy keeps statements by dialect."""
        return isinstance(other, OurSqlite)

    def __hash__(self) -> int:
        """As for equality."""
        return hash(OurSqlite)


registry.register("sqlite.fangxun", __name__, OurSqlite.__name__)


def sqlite(  # noqa: PLR0913  each is a column of the row
    address: SqliteFile,
    *,
    begin: str,
    durable: bool = True,
    read_only: bool = False,
    foreign_keys: bool = True,
    pool: type[Pool] = QueuePool,
) -> Engine:
    """An engine that opens transactions itself."""
    sizes = {"pool_size": _READERS, "max_overflow": _READERS} if pool is QueuePool else {}
    engine = create_engine(
        URL.create("sqlite+fangxun", database=str(address.path.absolute())),
        begin=begin,
        poolclass=pool,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        execution_options={"compiled_cache": WORDED},
        **sizes,
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401  sqlite3's own
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    return engine


def postgres(url: str, *, durable: bool) -> Engine:
    """One that speaks UTC, and waits for no lock for longer than SQLite does."""
    commit = "on" if durable else "off"
    return create_engine(
        url,
        pool_size=_READERS,
        max_overflow=_READERS,
        pool_pre_ping=True,
        connect_args={
            "application_name": "fangxun",
            "connect_timeout": BUSY_SECONDS,
            "options": f"-c timezone=UTC -c lock_timeout={BUSY_SECONDS}s"
            f" -c synchronous_commit={commit}",
        },
    )


def bare(address: Address) -> Engine:
    """For migrations: foreign keys are not enforced, since batch mode rebuilds whole tables."""
    if isinstance(address, SqliteFile):
        return sqlite(address, begin="BEGIN IMMEDIATE", foreign_keys=False, pool=NullPool)
    return create_engine(address.alchemy_url, poolclass=NullPool)
