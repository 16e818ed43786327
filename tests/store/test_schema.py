"""The tables, their migrations, and databases that are not what they should be."""

from __future__ import annotations

import dataclasses
import re
import stat
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, inspect, text

from fangxun.core.errors import StoreFault
from fangxun.core.page import Attempt, Page
from fangxun.store import address, engines, journal, peek, schema, version
from fangxun.store.base import Store, migrate, open_store
from fangxun.store.columns import METADATA, NAMING
from fangxun.store.tables import AttemptRow, PageRow, table
from tests.store import samples
from tests.store.test_peek import write_out


def test_tables_and_migrations_are_the_same(migrated_url: str) -> None:
    """Alembic's own check finds nothing to migrate, on both engines."""
    engine = engines.bare(address.parse(migrated_url))
    with engine.begin() as connection:
        schema.check(connection)
    engine.dispose()


def test_the_list_of_versions_is_that_of_the_migrations() -> None:
    """The daemon knows versions without alembic; the list must not fall behind."""
    assert schema.revisions() == version.REVISIONS


def test_migrating_twice_changes_nothing(database_url: str, tmp_path: Path) -> None:
    """`fangxun db upgrade` may be run at any time."""
    migrate(database_url)
    migrate(database_url)
    open_store(database_url, key_path=tmp_path / "key").close()


def test_every_constraint_follows_the_naming_convention() -> None:
    """A constraint without a name could never be changed in batch mode."""
    assert dict(METADATA.naming_convention) == NAMING
    names = [
        str(constraint.name)
        for found in METADATA.sorted_tables
        for constraint in (*found.constraints, *found.indexes)
    ]
    assert all(re.match(r"^(ix|uq|fk|pk|ck)_", name) for name in names)
    # PostgreSQL cuts longer names silently, and then two could be the same.
    assert all(len(name) <= 63 for name in names)
    assert len(names) == len(set(names))


def test_every_field_of_a_page_and_an_attempt_is_kept() -> None:
    """A field added in the core without a column would be lost at the next restart."""
    pages = {column.name for column in table(PageRow).c}
    attempts = {column.name for column in table(AttemptRow).c}
    assert {field.name for field in dataclasses.fields(Page)} == pages
    elsewhere = {"pages", "number"}
    assert {field.name for field in dataclasses.fields(Attempt)} - elsewhere == attempts - {"phone"}


def test_numbers_of_people_stand_in_one_table() -> None:
    """Numbers can be taken away in one place: no other table has a column for them."""
    having = {
        found.name
        for found in METADATA.sorted_tables
        for column in found.c
        if column.name in {"number", "phones", "phone_number"}
    }
    assert having == {"person_phone"}


def test_a_newer_database_is_refused(migrated_url: str) -> None:
    """An old Fangxun would misread what a newer one wrote; neither opened nor migrated."""
    _set_version(migrated_url, "9999")
    with pytest.raises(StoreFault, match=r"9999.*newer"):
        open_store(migrated_url)
    with pytest.raises(StoreFault, match=r"9999.*newer"):
        migrate(migrated_url)


def test_an_older_database_is_to_be_upgraded(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what to run."""
    monkeypatch.setattr(version, "REVISIONS", (*version.REVISIONS, "next"))
    monkeypatch.setattr(version, "CURRENT", "next")
    with pytest.raises(StoreFault, match=r"needs next.*fangxun db upgrade"):
        open_store(migrated_url)


def test_who_is_on_watch_is_read_from_an_older_database_too(
    store: Store, migrated_url: str
) -> None:
    """Between the installation of a newer version and `db upgrade` somebody is on watch, too; from
    before the tables were as they are nothing is read."""
    with store.write() as tx:
        write_out(tx)
    for revision in version.REVISIONS:
        _set_version(migrated_url, revision)
        if version.REVISIONS.index(revision) < version.REVISIONS.index(version.WATCH_SINCE):
            with pytest.raises(StoreFault, match="fangxun db upgrade"):
                peek.who(migrated_url, at=samples.NOW)
        else:
            assert peek.who(migrated_url, at=samples.NOW)


def test_the_tables_of_the_watch_are_as_they_were(database_url: str) -> None:
    """Whoever changes one of them moves `WATCH_SINCE`."""
    engine = engines.bare(address.parse(database_url))

    def columns() -> dict[str, list[tuple[str, str]]]:
        asked = inspect(connection)
        return {
            name: [(str(c["name"]), str(c["type"])) for c in asked.get_columns(name)]
            for name in ("shift", "person", "person_phone", "active_post", "meta")
        }

    with engine.begin() as connection:
        command.upgrade(schema.config(connection), version.WATCH_SINCE)
        before = columns()
        command.upgrade(schema.config(connection), "head")
        assert columns() == before
    engine.dispose()


def test_an_empty_database_is_to_be_upgraded(database_url: str) -> None:
    """A database without tables is no error of SQL, but a sentence."""
    found = address.parse(database_url)
    if isinstance(found, address.SqliteFile):
        found.path.touch()
    with pytest.raises(StoreFault, match=r"empty.*fangxun db upgrade"):
        open_store(database_url)


def test_a_missing_database_is_to_be_made(tmp_path: Path) -> None:
    """Opening never makes a database by mistake."""
    path = tmp_path / "nowhere.db"
    with pytest.raises(StoreFault, match=r"nowhere\.db.*fangxun db upgrade"):
        open_store(f"sqlite:///{path}")
    assert not path.exists()


def test_a_server_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    """A daemon that cannot reach its database says so without a stack trace."""
    with pytest.raises(StoreFault, match="cannot be used"):
        open_store(f"postgresql+psycopg://nobody@/none?host={tmp_path}")


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    """As when somebody configures the wrong file."""
    path = tmp_path / "letter.db"
    path.write_text("no database, but long enough to be read as one" * 50)
    with pytest.raises(StoreFault, match="cannot be used"):
        open_store(f"sqlite:///{path}")


@pytest.mark.parametrize("url", ["mysql://root:secret@host/db", "", "sqlite://", "fangxun.db"])
def test_an_address_of_another_kind_is_refused_without_repeating_it(url: str) -> None:
    """It may hold a password."""
    with pytest.raises(StoreFault) as caught:
        address.parse(url)
    assert "secret" not in str(caught.value)


def test_files_can_be_read_by_their_owner_only(tmp_path: Path) -> None:
    """The database, its log and the journal's key hold what is nobody else's business."""
    path = tmp_path / "state" / "fangxun.db"
    migrate(f"sqlite:///{path}")
    store = open_store(f"sqlite:///{path}")
    with store.write() as tx:
        journal.append(tx, [samples.entry(1)])
    found = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    store.close()
    assert {"fangxun.db", "fangxun.db-wal", "fangxun.db-shm", "fangxun.db.key"} <= set(found)
    assert set(found.values()) == {0o600}


def test_a_place_where_no_file_can_be_is_a_sentence() -> None:
    """As a state folder that was not made, or belongs to somebody else."""
    with pytest.raises(StoreFault, match="Check who owns it"):
        migrate("sqlite:////dev/null/fangxun.db")


def test_sqlite_waits_for_the_disk_unless_it_is_a_drill(tmp_path: Path) -> None:
    """synchronous=FULL (2) for the daemon, OFF (0) for a drill; WAL and foreign keys for both."""
    url = f"sqlite:///{tmp_path / 'fangxun.db'}"
    migrate(url)
    assert _pragmas(open_store(url)) == {
        "synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000,
    }  # fmt: skip
    assert _pragmas(open_store(url, durable=False))["synchronous"] == 0


def _pragmas(store: Store) -> dict[str, object]:
    names = ("synchronous", "journal_mode", "foreign_keys", "busy_timeout")
    with store.write() as tx:
        found = {n: tx.connection.execute(text(f"PRAGMA {n}")).scalar() for n in names}
    store.close()
    return found


def _set_version(url: str, revision: str) -> None:
    engine = engines.bare(address.parse(url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": revision})
    engine.dispose()


def test_a_number_marked_before_calls_were_known_is_still_marked_for_texts_alone(
    database_url: str,
) -> None:
    """What is there keeps its meaning through the migration."""
    engine = engines.bare(address.parse(database_url))
    with engine.begin() as connection:
        command.upgrade(schema.config(connection), "0001")
        connection.execute(
            text(
                "INSERT INTO person_phone (id, person, number, position, sms, voice, invalid)"
                " VALUES (1, 'a', '+8610000000001', 0, true, true, true)"
            )
        )
        schema.upgrade(connection)
        row = connection.execute(text("SELECT invalid, invalid_voice FROM person_phone")).one()
    engine.dispose()
    assert tuple(map(bool, row)) == (True, False)


def test_codes_that_people_have_read_still_count_after_the_migration(database_url: str) -> None:
    """Whoever was told of a page that wants his word answers with the code in his text; what has
    ended asks for none."""
    engine = engines.bare(address.parse(database_url))
    with engine.begin() as connection:
        command.upgrade(schema.config(connection), "0019")
        for page, state in ((1, "open"), (2, "confirmed"), (3, "unreached")):
            _insert(connection, "page", id=page, key=f"p{page}", state=state, code=str(page + 6))
        for attempt, contact, page in (("x", "a", 1), ("y", "b", 2), ("z", "c", 3), ("w", "c", 3)):
            _insert(connection, "attempt", id=attempt, contact=contact, phone=None)
            _insert(connection, "attempt_page", attempt=attempt, page=page)
        schema.upgrade(connection)
        kept = connection.execute(text("SELECT page, contact, code, given FROM page_code"))
        assert sorted(map(tuple, kept)) == [(1, "a", 7, 1), (3, "c", 9, 3)]
        pages = connection.execute(text("SELECT id, state FROM page ORDER BY id"))
        assert list(map(tuple, pages)) == [(1, "open"), (2, "confirmed"), (3, "unreached")]
    engine.dispose()


_ANY = {str: "", int: 0, float: 0.0, bool: False, datetime: samples.NOW}


def _insert(connection: Connection, name: str, **given: object) -> None:
    """A row of a table as it is now; what is not given and must be there is empty."""
    rows = Table(name, MetaData(), autoload_with=connection)
    wanted = [column for column in rows.c if not column.nullable and column.name not in given]
    empty = {column.name: _ANY[column.type.python_type] for column in wanted}
    connection.execute(rows.insert().values(**empty, **given))
