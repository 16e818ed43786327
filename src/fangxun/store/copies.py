"""Backups of a SQLite database while it is in use, each proven by opening it."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from fangxun.core.errors import N_, Refused, Said, StoreFault
from fangxun.store import address as addresses
from fangxun.store import names, version
from fangxun.store.address import SqliteFile
from fangxun.store.keyfile import create_private


def backup(url: str, dest: Path) -> None:
    """Copy the database to `dest`, which must not exist yet, readable by its owner only; its folder
    must. StoreFault for a database that a newer Fangxun has written.

    1. Copy it under another name by SQLite's online backup, while the daemon goes on.
    2. Open the copy and let SQLite check all of it.
    3. Only then give it its name. The journal's key is not in it: keep it in another place.
    """
    address = addresses.existing(url)
    if not isinstance(address, SqliteFile):
        raise Refused(
            N_("A PostgreSQL database is backed up with its own tool: pg_dump -Fc NAME > FILE")
        )
    if dest.exists():
        raise Refused(
            N_("{path} is there already. A backup never overwrites one: choose another name."),
            path=dest,
        )
    if not dest.parent.is_dir():
        raise _failed(dest, Said(N_("there is no such folder")))
    part = dest.with_name(dest.name + ".part")
    try:
        part.unlink(missing_ok=True)
        create_private(part)
        _copy(address, part)
        _prove(part)
        part.replace(dest)
    except (sqlite3.Error, OSError) as error:
        if "no such table" in str(error):
            raise names.empty() from error
        raise _failed(dest, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _failed(dest: Path, why: object) -> StoreFault:
    return StoreFault(
        N_("The backup to {path} failed: {why}. Check space and rights there."), path=dest, why=why
    )


def _copy(address: SqliteFile, part: Path) -> None:
    with (
        closing(sqlite3.connect(address.read_only_uri(), uri=True)) as source,
        closing(sqlite3.connect(part)) as target,
    ):
        (revision,) = source.execute(version.ASKED).fetchone()
        version.refuse_newer(revision)
        source.backup(target)
        # One file, without a log beside it that would be forgotten when it is copied on.
        target.execute("PRAGMA journal_mode=DELETE")


def _prove(part: Path) -> None:
    uri = part.absolute().as_uri() + "?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as copy:
        (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
        copy.execute("SELECT seq, mac FROM journal_head").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)
