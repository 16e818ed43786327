"""Backups of a database in use."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from fangxun.core.errors import Refused, StoreFault
from fangxun.store import journal
from fangxun.store.base import Store, backup, open_store
from tests.store import samples


def test_a_backup_holds_what_was_kept_and_opens_as_a_store(
    store: Store, migrated_url: str, tmp_path: Path
) -> None:
    """Made while the store is open, checked whole, one file that only its owner can read."""
    with store.write() as tx:
        journal.append(tx, [samples.entry(n) for n in range(50)])
    if not migrated_url.startswith("sqlite"):
        with pytest.raises(Refused, match="pg_dump"):
            backup(migrated_url, tmp_path / "copy.db")
        return
    copy = tmp_path / "copy.db"
    backup(migrated_url, copy)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.glob("copy.db*")] == ["copy.db"]
    opened = open_store(f"sqlite:///{copy}", key_path=tmp_path / "journal.key")
    with opened.read() as tx, store.read() as original:
        assert journal.lines(tx) == journal.lines(original)
    opened.close()


def test_a_backup_never_overwrites(tmp_path: Path, sqlite_template: Path) -> None:
    """Last night's stays whatever tonight's does."""
    (tmp_path / "copy.db").write_text("last night's")
    with pytest.raises(Refused, match="already"):
        backup(f"sqlite:///{sqlite_template}", tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "last night's"


def test_a_damaged_database_gives_no_backup(tmp_path: Path, sqlite_template: Path) -> None:
    """A copy that SQLite finds damaged is thrown away, and the message says so."""
    broken = tmp_path / "broken.db"
    content = bytearray(sqlite_template.read_bytes())
    content[4096 * 3 : 4096 * 9] = b"\xff" * 4096 * 6
    broken.write_bytes(content)
    with pytest.raises(StoreFault, match=r"backup to .* failed"):
        backup(f"sqlite:///{broken}", tmp_path / "copy.db")
    assert list(tmp_path.glob("copy.db*")) == []


def test_a_missing_database_gives_no_backup(tmp_path: Path) -> None:
    """And none is made in its place."""
    with pytest.raises(StoreFault, match="fangxun db upgrade"):
        backup(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_to_where_no_file_can_be_is_a_sentence(sqlite_template: Path) -> None:
    """As when the stick for backups is not mounted."""
    with pytest.raises(StoreFault, match="Check space"):
        backup(f"sqlite:///{sqlite_template}", Path("/dev/full/copy.db"))


def test_a_backup_is_not_in_wal_mode(tmp_path: Path, sqlite_template: Path) -> None:
    """One file is all of it, so that it can be copied on by anything."""
    backup(f"sqlite:///{sqlite_template}", tmp_path / "copy.db")
    connection = sqlite3.connect(tmp_path / "copy.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()
