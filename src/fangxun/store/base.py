"""Open the store; one writer at a time on both engines, and readers that never wait for it.

SQLite: WAL, synchronous=FULL, foreign keys, BEGIN IMMEDIATE for writers. PostgreSQL: a writer first
locks the head of the journal, so that two transactions can neither deadlock nor interleave ids and
lines: the same story on both.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    ProgrammingError,
)

from fangxun.core.errors import N_, StoreFault
from fangxun.core.journal import Entry
from fangxun.store import address as addresses
from fangxun.store import copies, engines, ledger, names, version
from fangxun.store.address import SqliteFile
from fangxun.store.keyfile import JournalKey, create_private
from fangxun.store.look import Looks
from fangxun.store.tables import JournalHeadRow, table

_OUR_MISTAKES = (DataError, IntegrityError, InternalError, ProgrammingError)
"""Faults of this code, not of the database: never dressed up as one."""
_HEAD = table(JournalHeadRow)
_LAST_LOOK = "fangxun/last-look"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tx:
    """One transaction; every function of the store takes it first."""

    connection: Connection
    key: JournalKey
    lines: list[Entry] = field(default_factory=list)
    """What the journal is to be told of it, chained when the transaction ends."""
    undone: list[Callable[[], None]] = field(default_factory=list)
    """Called where the transaction is not kept."""
    reads_only: bool = False
    answers: dict[Callable[[Tx], Any], Any] = field(default_factory=dict)
    """What was asked by `once` and `held`; shared, so nobody may change an answer. A look takes
    over those of the one before it while nobody has written."""

    def once(self, question: Callable[[Tx], T]) -> T:
        """What a question has for an answer; where nothing can be written it is asked once."""
        return self.held(question) if self.reads_only else question(self)

    def held(self, question: Callable[[Tx], T]) -> T:
        """The same for what nobody else can write meanwhile, either: asked once, and again only
        after `changed`."""
        if question not in self.answers:
            self.answers[question] = question(self)
        found: T = self.answers[question]
        return found

    def changed(self, question: Callable[[Tx], object]) -> None:
        """This transaction has written what the question is about."""
        self.answers.pop(question, None)

    @property
    def dialect(self) -> str:
        """The engine: "sqlite" or "postgresql"."""
        return str(self.connection.dialect.name)

    def secret(self, purpose: str, message: str) -> str:
        """As `Store.secret`."""
        return self.key.digest(purpose, message)


class Store:
    """A database that has been opened and found to be of our version. Safe for many threads."""

    def __init__(
        self, writer: Engine, reader: Engine, key: JournalKey, file: SqliteFile | None = None
    ) -> None:
        """See `open_store`. `file`: what must stay in its place while it is open."""
        self._writer = writer
        self._reader = reader
        self._key = key
        self._file = file
        self._opened = file.identity() if file is not None else None
        # Waiting here is fair and wakes at once; SQLite's own waiting sleeps and polls.
        self._turn = threading.RLock()
        self._looks: Looks[Tx] = Looks()

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A transaction that may write: all of it is kept at the end, or nothing on an error."""
        self._in_its_place()
        self._looks.give_up()
        undone: list[Callable[[], None]] = []
        with self._turn, _as_store_faults():
            try:
                with self._writer.begin() as connection:
                    _take_turn(connection)
                    tx = Tx(connection, self._key, undone=undone)
                    yield tx
                    ledger.write(connection, self._key, tx.lines)
            except BaseException:
                _call(undone)
                raise
            finally:
                self._looks.give_up()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction that sees one state of the database and cannot change it."""
        with _as_store_faults():
            reading = self._looks.taken(self._look) if self._looks.shared else self._look()
            with reading as tx:
                yield tx

    def one_look(self) -> AbstractContextManager[None]:
        """Within it, all that this thread reads is of one state of the database until it writes,
        and then of the state after that: most steps of a cycle only look whether anything is due.
        """
        return self._looks.share()

    @contextmanager
    def _look(self) -> Iterator[Tx]:
        self._in_its_place()
        with self._reader.connect() as connection:
            looking = connection.begin()
            try:
                yield Tx(connection, self._key, reads_only=True, answers=_carried_over(connection))
            finally:
                with suppress(DBAPIError):  # nothing is lost with it, and the next look will tell
                    looking.rollback()

    def secret(self, purpose: str, message: str) -> str:
        """A hash (hex) of a message that only who has the key file can work out, which lies apart
        from the database; StoreFault where it cannot be read."""
        return self._key.digest(purpose, message)

    @property
    def moved(self) -> bool:
        """Whether another file, or none, lies where the one that was opened lay."""
        return self._file is not None and self._file.identity() != self._opened

    def _in_its_place(self) -> None:
        """SQLite goes on with a file that was moved or replaced: what is written then is lost, and
        a log that belongs to neither file may ruin both."""
        if self._file is not None and self.moved:
            raise StoreFault(
                N_(
                    "The database at {path} is not the file that was opened: it was moved, removed "
                    "or replaced, and nothing more is written to the old one. Start the program "
                    "again; a daemon ends by itself."
                ),
                path=self._file.path,
            )

    def rehearsal(self) -> Store:
        """The same store, of which no transaction is kept: what an act would say and change."""
        return _Rehearsal(self._writer, self._reader, self._key, self._file)

    def close(self) -> None:
        """Give back every connection; the SQLite log is then merged into the file."""
        self._reader.dispose()
        self._writer.dispose()


class _Rehearsal(Store):
    @contextmanager
    def write(self) -> Iterator[Tx]:
        with _as_store_faults(), self._writer.connect() as connection:
            taken_back = connection.begin()
            undone: list[Callable[[], None]] = []
            try:
                _take_turn(connection)
                tx = Tx(connection, self._key, undone=undone)
                yield tx
                ledger.write(connection, self._key, tx.lines)
            finally:
                taken_back.rollback()
                _call(undone)


def _carried_over(connection: Connection) -> dict[Callable[[Tx], Any], Any]:
    """The answers of the last look over this connection where it saw the same state: most looks of
    a quiet night find what the one before them found."""
    state = _state(connection)
    last: tuple[object, dict[Callable[[Tx], Any], Any]] | None = connection.info.get(_LAST_LOOK)
    if last is not None and last[0] == state:
        return last[1]
    answers: dict[Callable[[Tx], Any], Any] = {}
    connection.info[_LAST_LOOK] = (state, answers)
    return answers


def _state(connection: Connection) -> object:
    """What differs from one state of the database to the next, as this connection counts them.
    SQLite's data_version moves with every commit of another connection, and a reader makes none;
    two equal snapshots of PostgreSQL see the same transactions."""
    if connection.dialect.name == "postgresql":
        return connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar_one()
    cursor = connection.connection.cursor()
    try:
        cursor.execute("PRAGMA data_version")
        return cursor.fetchone()
    finally:
        cursor.close()


def _take_turn(connection: Connection) -> None:
    """SQLite's BEGIN IMMEDIATE does it; PostgreSQL's writers wait for the head of the journal."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(_HEAD.c.seq).with_for_update())


def _call(undone: list[Callable[[], None]]) -> None:
    for forget in undone:
        forget()


def open_store(url: str, *, key_path: Path | None = None, durable: bool = True) -> Store:
    """Open a migrated database; StoreFault where it is missing, older or newer than this code.

    `key_path`: of the journal's key (for SQLite, beside the database by default). `durable=False`
    does not wait for the disk, which only a drill may do.
    """
    address = addresses.existing(url)
    if isinstance(address, SqliteFile):
        create_private(address.path)
        writer = engines.sqlite(address, durable=durable, begin="BEGIN IMMEDIATE")
        reader = engines.sqlite(address, durable=durable, begin="BEGIN", read_only=True)
        key = JournalKey(key_path or address.key_path)
    else:
        writer = engines.postgres(address.alchemy_url, durable=durable)
        reader = writer.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        key = JournalKey(key_path)
    store = Store(writer, reader, key, address if isinstance(address, SqliteFile) else None)
    try:
        with store.read() as tx:
            version.check(tx.connection)
    except StoreFault:
        store.close()
        raise
    return store


def migrate(url: str) -> None:
    """Make the database, or bring it to our version, in one transaction; refuses a newer one."""
    from fangxun.store import schema  # noqa: PLC0415  alembic is heavy, the daemon does without

    address = addresses.parse(url)
    if isinstance(address, SqliteFile):
        create_private(address.path)
    engine = engines.bare(address)
    try:
        with _as_store_faults(), engine.begin() as connection:
            version.refuse_newer(version.found(connection))
            schema.upgrade(connection)
    finally:
        engine.dispose()


@contextmanager
def _as_store_faults() -> Iterator[None]:
    """The database's own complaints, said so that a duty officer can do something about them."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        if isinstance(error, _OUR_MISTAKES):
            raise
        why = str(error.orig).strip()
        if "locked" in why or "lock timeout" in why:
            raise StoreFault(
                N_(
                    "The database has been busy for {seconds} seconds: another program is "
                    "writing to it. Close it, or try again."
                ),
                seconds=engines.BUSY_SECONDS,
            ) from error
        raise names.unusable(why) from error


def backup(url: str, dest: Path) -> None:
    """Copy a SQLite database in use to a new file and prove the copy; Refused for PostgreSQL."""
    copies.backup(url, dest)
