"""What the engine remembers of the district is what was applied, and nothing that was not kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from fangxun.core.district import District
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.engine.view import Lookout
from fangxun.store import district as district_store
from fangxun.store.base import Store, open_store
from tests import beginnings

NOW = datetime(2026, 7, 20, 19, 0, tzinfo=UTC)
WHO = "jian-changming"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The example district, applied."""
    url = beginnings.database(tmp_path / "fangxun.db")
    opened = open_store(url, key_path=tmp_path / "journal.key")
    apply(opened, example())
    yield opened
    opened.close()


def example(name: str = "") -> District:
    """The example district, under another name where one is given."""
    district = beginnings.example()
    return replace(district, name=name or district.name)


def apply(store: Store, district: District) -> None:
    acts.apply_district(store, district, act=Act("admin", "test", NOW))


def seen(store: Store, lookout: Lookout) -> District:
    """The district as a cycle sees it now."""
    with store.read() as tx:
        view = lookout.look(tx, now=NOW)
    assert view is not None
    return view.district


def test_what_was_seen_in_a_transaction_that_was_not_kept_is_forgotten(store: Store) -> None:
    """The disk was full at its end; the next edit has the same number as what was lost."""
    lookout = Lookout()
    number = seen(store, lookout).people[0].phones[0].number

    def lost() -> None:
        with store.write() as tx:
            person = next(p for p in example().people if p.phones and p.phones[0].number == number)
            district_store.mark_number(tx, person.id, number, invalid=True)
            assert lookout.look(tx, now=NOW) is not None
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        lost()
    apply(store, example("edited"))
    district = seen(store, lookout)
    assert district.name == "edited"
    assert not any(phone.invalid for person in district.people for phone in person.phones)


def test_a_rehearsal_leaves_nothing_behind(store: Store) -> None:
    """What an act would do is looked at, and not done."""
    lookout = Lookout()
    rehearsal = store.rehearsal()
    with rehearsal.write() as tx:
        district_store.apply(tx, example("never"), actor="admin", reason="test", now=NOW)
        view = lookout.look(tx, now=NOW)
        assert view is not None
        assert view.district.name == "never"
    apply(store, example("edited"))
    assert seen(store, lookout).name == "edited"


def test_a_slow_look_at_an_old_version_is_never_taken_for_the_new_one(store: Store) -> None:
    """Another thread has seen the newer one meanwhile."""
    lookout = Lookout()
    read, go_on = threading.Event(), threading.Event()

    def pause(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "district_version" in statement:
            read.set()
            go_on.wait(30)

    def look() -> None:
        with store.read() as tx:
            event.listen(tx.connection, "after_cursor_execute", pause)
            lookout.look(tx, now=NOW)

    slow = threading.Thread(target=look)
    slow.start()
    assert read.wait(30)
    apply(store, example("new"))
    go_on.set()
    assert seen(store, lookout).name == "new"
    slow.join(30)
    assert seen(store, lookout).name == "new"
