"""One daemon a database: a lock that the operating system takes back when its holder dies.

It can be lost while its holder lives: somebody removes the file, or the server drops the
connection. So the daemon asks in each cycle (`Held.check`), takes the lock again where it is free,
and learns that it has to stop where another has it.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from fangxun.core.errors import N_, Conflict, StoreFault
from fangxun.store import address as addresses
from fangxun.store import names
from fangxun.store.address import PostgresServer, SqliteFile
from fangxun.store.keyfile import create_private

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger(__name__)
_ADVISORY = 0x66616E67
"""The number of our advisory lock within one PostgreSQL database ("fang")."""
_TRIES = 10
"""How often the lock's file may be removed between opening and holding it."""
_PATIENCE = 10
"""Seconds that a server, or the way to it, may take to answer."""
_HOLDER = (
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
    " WHERE l.locktype = 'advisory' AND l.objid = %s AND l.granted"
    " AND a.datname = current_database()"
)
_FAREWELL = 2
"""Seconds that a server is given to take the lock back."""

Tag = dict[str, str]


class Held(Protocol):
    """The lock while it is held."""

    def check(self) -> None:
        """Nothing where it is still ours, or ours again; Conflict where another daemon has it;
        StoreFault where nobody can say."""
        ...

    def release(self) -> None:
        """Give it back."""
        ...


@contextmanager
def hold(url: str, label: str, *, now: datetime) -> Iterator[Held]:
    """Hold the database as its one daemon; Conflict says who holds it since when."""
    address = addresses.parse(url)
    tag = _tag(label, now)
    held: Held = _File(address, tag) if isinstance(address, SqliteFile) else _Server(address, tag)
    try:
        yield held
    finally:
        held.release()


def is_held(url: str) -> bool:
    """Whether a daemon holds the database now; also True where nobody can say."""
    address = addresses.parse(url)
    if isinstance(address, SqliteFile):
        return _file_is_held(address.lock_path)
    return _server_is_held(address.dsn)


def _file_is_held(path: Path) -> bool:
    """A shared lock shows it, given back at once, and is in nobody's way but a daemon's that
    starts in that instant."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _server_is_held(dsn: str) -> bool:
    import psycopg  # noqa: PLC0415  only where PostgreSQL is used

    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=_PATIENCE) as connection:
            return bool(connection.execute(_HOLDER, [_ADVISORY]).fetchone())
    except psycopg.Error:
        return True


def _tag(label: str, now: datetime) -> Tag:
    return {
        "label": label,
        "pid": str(os.getpid()),
        "host": socket.gethostname(),
        "since": now.isoformat(timespec="seconds"),
    }


def _held_by(tag: Tag) -> Conflict:
    return Conflict(
        N_(
            "Another daemon ({label}, process {pid} on {host}, since {since}) holds this database. "
            "Stop it first, or use another database."
        ),
        since=f"{tag.get('since', '?')[:19].replace('T', ' ')} UTC",
        **{name: tag.get(name, "?") for name in ("label", "pid", "host")},
    )


class _File:
    """A file beside the database, held by flock; the file stays, its content says who holds it."""

    def __init__(self, address: SqliteFile, tag: Tag) -> None:
        self._path = address.lock_path
        self._tag = tag
        self._file = _locked(self._path, tag)

    def check(self) -> None:
        if _is_at(self._file, self._path):
            return
        log.warning("the lock's file %s was removed", self._path, extra={"action": "lock_removed"})
        lost, self._file = self._file, _locked(self._path, self._tag)
        lost.close()

    def release(self) -> None:
        self._file.close()


def _locked(path: Path, tag: Tag) -> IO[str]:
    """The lock's file, open and ours; one that is removed meanwhile locks nobody out."""
    for _ in range(_TRIES):
        create_private(path)
        file = path.open("r+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(file, path):
                _sign(file, tag)
                return file
            file.close()
        except BlockingIOError:
            with file:
                raise _held_by(_read(file.read())) from None
        except OSError as error:
            with suppress(OSError):
                file.close()
            raise _unwritable(path, error.strerror or str(error)) from error
    raise _unwritable(path, "removed")


def _sign(file: IO[str], tag: Tag) -> None:
    file.truncate(0)
    file.write(json.dumps(tag))
    file.flush()


def _is_at(file: IO[str], path: Path) -> bool:
    found = os.fstat(file.fileno())
    return addresses.identity(path) == (found.st_dev, found.st_ino)


def _unwritable(path: Path, why: str) -> StoreFault:
    return StoreFault(
        N_("{path} cannot be written: {why}. Is its disk full? Check who owns it, too."),
        path=path,
        why=why,
    )


class _Server:
    """An advisory lock on a connection of its own, whose name tells who holds it."""

    def __init__(self, address: PostgresServer, tag: Tag) -> None:
        self._dsn = address.dsn
        self._name = _short(tag)
        self._connection = self._take()

    def check(self) -> None:
        import psycopg  # noqa: PLC0415  only where PostgreSQL is used

        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error as error:
            log.warning("the lock's connection broke: %s", error, extra={"action": "lock_broken"})
            self._connection.close()
            self._connection = self._take()

    def release(self) -> None:
        """Free it before the connection closes: the server notices a closed client only a moment
        later, and the next daemon may already be asking. A broken connection has lost it anyway,
        and a server that hangs must not hold up a stop: it is asked in a thread that may be left.
        """
        asks = threading.Thread(target=self._unlock, name="unlock", daemon=True)
        asks.start()
        asks.join(_FAREWELL)
        if not asks.is_alive():
            self._connection.close()

    def _unlock(self) -> None:
        import psycopg  # noqa: PLC0415  only where PostgreSQL is used

        with suppress(psycopg.Error):
            self._connection.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY])

    def _take(self) -> psycopg.Connection:
        import psycopg  # noqa: PLC0415  only where PostgreSQL is used

        try:
            connection = psycopg.connect(
                self._dsn,
                autocommit=True,
                connect_timeout=_PATIENCE,
                tcp_user_timeout=_PATIENCE * 1000,
            )
            try:
                self._ask(connection)
            except BaseException:
                connection.close()
                raise
        except psycopg.Error as error:
            raise names.unusable(error) from error
        return connection

    def _ask(self, connection: psycopg.Connection) -> None:
        """Hold it, or raise who does. That may be we ourselves, by a connection whose end the
        server has not noticed yet."""
        connection.execute("SELECT set_config('application_name', %s, false)", [self._name])
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_ADVISORY]).fetchone()
        if row is not None and row[0]:
            return
        holder = connection.execute(_HOLDER, [_ADVISORY]).fetchone()
        name = str(holder[0]) if holder else ""
        if name == self._name:
            raise names.unusable("the server still holds our own broken connection")
        raise _held_by(_read_short(name))


def _short(tag: Tag) -> str:
    """At most 63 bytes, PostgreSQL's limit for a name; `since` without its zone, which is UTC."""
    since = tag["since"].replace("+00:00", "Z")
    return f"{tag['label'][:12]}|{tag['pid']}|{since}|{tag['host']}"[:63]


def _read_short(name: str) -> Tag:
    return dict(zip(("label", "pid", "since", "host"), name.split("|"), strict=False))


def _read(text: str) -> Tag:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
