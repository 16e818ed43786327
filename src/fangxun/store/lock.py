"""One daemon a database: a lock that the operating system takes back when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

from fangxun.core.errors import N_, Conflict
from fangxun.store import address as addresses
from fangxun.store import names
from fangxun.store.address import PostgresServer, SqliteFile
from fangxun.store.keyfile import create_private

if TYPE_CHECKING:
    import psycopg

_ADVISORY = 0x66616E67
"""The number of our advisory lock within one PostgreSQL database ("fang")."""


@contextmanager
def hold(url: str, label: str, *, now: datetime) -> Iterator[None]:
    """Hold the database as its one daemon; Conflict says who holds it since when."""
    address = addresses.parse(url)
    tag = _tag(label, now)
    held = (
        _hold_file(address, tag) if isinstance(address, SqliteFile) else _hold_server(address, tag)
    )
    with held:
        yield


def _tag(label: str, now: datetime) -> dict[str, str]:
    return {
        "label": label,
        "pid": str(os.getpid()),
        "host": socket.gethostname(),
        "since": now.isoformat(timespec="seconds"),
    }


def _held_by(tag: dict[str, str]) -> Conflict:
    return Conflict(
        N_(
            "Another daemon ({label}, process {pid} on {host}, since {since}) holds this database. "
            "Stop it first, or use another database."
        ),
        since=f"{tag.get('since', '?')[:19].replace('T', ' ')} UTC",
        **{name: tag.get(name, "?") for name in ("label", "pid", "host")},
    )


@contextmanager
def _hold_file(address: SqliteFile, tag: dict[str, str]) -> Iterator[None]:
    """Hold a file by flock, beside the database; the file stays, its content says who holds it."""
    create_private(address.lock_path)
    with address.lock_path.open("r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _held_by(_read(file.read())) from None
        file.truncate(0)
        file.write(json.dumps(tag))
        file.flush()
        yield


@contextmanager
def _hold_server(address: PostgresServer, tag: dict[str, str]) -> Iterator[None]:
    """An advisory lock on a connection of its own, whose name tells who holds it."""
    import psycopg  # noqa: PLC0415  only where PostgreSQL is used

    try:
        connection = psycopg.connect(address.dsn, autocommit=True)
    except psycopg.OperationalError as error:
        raise names.unusable(error) from error
    with connection:
        connection.execute("SELECT set_config('application_name', %s, false)", [_short(tag)])
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_ADVISORY]).fetchone()
        if row is None or not row[0]:
            holder = connection.execute(
                "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                " WHERE l.locktype = 'advisory' AND l.objid = %s AND l.granted"
                " AND a.datname = current_database()",
                [_ADVISORY],
            ).fetchone()
            raise _held_by(_read_short(holder[0] if holder else ""))
        try:
            yield
        finally:
            _give_back(connection)


def _give_back(connection: psycopg.Connection) -> None:
    """Free it before the connection closes: the server notices a closed client only a moment
    later, and the next daemon may already be asking. A broken connection has lost it anyway."""
    import psycopg  # noqa: PLC0415  only where PostgreSQL is used

    with suppress(psycopg.Error):
        connection.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY])


def _short(tag: dict[str, str]) -> str:
    """At most 63 bytes, PostgreSQL's limit for a name; `since` without its zone, which is UTC."""
    since = tag["since"].replace("+00:00", "Z")
    return f"{tag['label'][:12]}|{tag['pid']}|{since}|{tag['host']}"[:63]


def _read_short(name: str) -> dict[str, str]:
    return dict(zip(("label", "pid", "since", "host"), name.split("|"), strict=False))


def _read(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
