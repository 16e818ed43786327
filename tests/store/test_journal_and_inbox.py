"""The chained log, its key, and what providers brought."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from fangxun.core import journal as core
from fangxun.core.errors import StoreFault
from fangxun.core.journal import Anchor, Entry, Event, Tamper
from fangxun.store import inbox, journal
from fangxun.store.base import Store, open_store
from tests.store.samples import MINUTE, NOW, entry


def key_of(tmp_path: Path) -> bytes:
    """The key that the store made."""
    return (tmp_path / "journal.key").read_bytes().strip()


def test_lines_come_back_as_they_were_written_and_the_chain_holds(
    store: Store, tmp_path: Path
) -> None:
    """Across transactions; the head is count and mac of the last line."""
    with store.write() as tx:
        assert journal.head(tx) == (0, "")
        journal.append(tx, [entry(1), entry(2)])
        journal.append(tx, [])
    with store.write() as tx:
        journal.append(tx, (entry(n) for n in (3,)))
    with store.read() as tx:
        lines = journal.lines(tx)
        head = journal.head(tx)
    assert [line.entry for line in lines] == [entry(1), entry(2), entry(3)]
    assert head == (3, lines[-1].mac)
    assert core.verify(key_of(tmp_path), lines, Anchor(*head)) == ()


def test_the_key_is_long_and_in_a_file_of_its_own(store: Store, tmp_path: Path) -> None:
    """256 random bits that only the owner reads."""
    with store.write() as tx:
        journal.append(tx, [entry(1)])
    assert len(key_of(tmp_path)) == 64
    assert (tmp_path / "journal.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE journal SET reason = 'other' WHERE seq = 5",
        "DELETE FROM journal WHERE seq = 5",
        "DELETE FROM journal WHERE seq = 9",
        "UPDATE journal SET seq = -seq WHERE seq IN (5, 6)",
        'UPDATE journal SET data = \'[["person","other"]]\' WHERE seq = 1',
    ],
)
def test_tampering_with_the_table_is_found(store: Store, tmp_path: Path, tampering: str) -> None:
    """By somebody with the database but without the key."""
    with store.write() as tx:
        journal.append(tx, [entry(n) for n in range(9)])
        head = journal.head(tx)
        tx.connection.execute(text(tampering))
    with store.read() as tx:
        assert core.verify(key_of(tmp_path), journal.lines(tx), Anchor(*head))


def test_two_lines_that_were_exchanged_in_the_table_are_called_so(
    store: Store, tmp_path: Path
) -> None:
    """Each has the other's number, by somebody with the database but without the key."""
    with store.write() as tx:
        journal.append(tx, [entry(n) for n in range(9)])
        head = journal.head(tx)
        for change in ("seq = -seq WHERE seq IN (3, 7)", "seq = 10 + seq WHERE seq IN (-3, -7)"):
            tx.connection.execute(text(f"UPDATE journal SET {change}"))  # noqa: S608  of constants
    with store.read() as tx:
        walked = core.walk(key_of(tmp_path), journal.lines(tx), head=Anchor(*head))
    assert [(item.seq, item.tamper) for item in walked.breaks] == [
        (3, Tamper.REORDERED), (7, Tamper.REORDERED),
    ]  # fmt: skip


def test_lines_of_one_subject_or_time(store: Store) -> None:
    """As `fangxun journal show` asks for them."""
    later = replace(entry(7), at=NOW + MINUTE)
    with store.write() as tx:
        journal.append(tx, [entry(1), entry(2), later, entry(1)])
    with store.read() as tx:
        assert [line.seq for line in journal.lines(tx, subject="page/1")] == [1, 4]
        assert [line.seq for line in journal.lines(tx, since=NOW + MINUTE)] == [3]
        assert [line.seq for line in journal.lines(tx, after=2)] == [3, 4]
        assert [line.seq for line in journal.lines(tx, limit=2)] == [1, 2]


def test_what_a_transaction_says_is_among_what_is_known_of_a_subject(store: Store) -> None:
    """Behind what was kept before it, and nothing of another subject."""
    with store.write() as tx:
        journal.append(tx, [entry(1), entry(2)])
    with store.write() as tx:
        journal.append(tx, [entry(1)])
        assert journal.entries_about(tx, [entry(1).subject]) == [entry(1), entry(1)]


def test_a_lost_key_is_said_and_not_replaced_in_silence(
    store: Store, migrated_url: str, tmp_path: Path
) -> None:
    """Unless a human decides so with an empty file: the watch must go on, and the break shows."""
    with store.write() as tx:
        journal.append(tx, [entry(1)])
    (tmp_path / "journal.key").unlink()
    with pytest.raises(StoreFault, match="key is missing"), store.write() as tx:
        journal.append(tx, [entry(2)])
    (tmp_path / "journal.key").touch(mode=0o600)
    with store.write() as tx:
        journal.append(tx, [entry(2)])
        assert core.verify(key_of(tmp_path), journal.lines(tx)) != ()
    if migrated_url.startswith("postgresql"):
        bare = open_store(migrated_url)
        with pytest.raises(StoreFault, match="journal_key"), bare.write() as tx:
            journal.append(tx, [entry(3)])
        bare.close()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab雨", max_size=3), inner),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.lists(st.tuples(st.text("abc", min_size=1, max_size=3), json_values), max_size=4),
    offset=st.integers(-12, 14),
)
def test_whatever_is_written_down_verifies_after_it_was_read_back(
    store: Store, tmp_path: Path, data: list[tuple[str, object]], offset: int
) -> None:
    """Any JSON and any instant make the round trip through either database unchanged."""
    at = (NOW + timedelta(microseconds=1)) + timedelta(hours=offset)
    written = Entry(at, Event.INCIDENT_NOTED, "person1", "incident/1", "雨停", tuple(data))
    with store.write() as tx:
        before, _mac = journal.head(tx)
        journal.append(tx, [written])
        lines = journal.lines(tx)
        assert lines[before].entry == written
    assert core.verify(key_of(tmp_path), lines) == ()


def test_a_repeated_callback_is_one_row(store: Store) -> None:
    """Providers repeat; the key of another gateway is another."""
    items = [("receipt", "SM1/delivered", "{}"), ("inbound", "SM2", '{"text": "收到"}')]
    with store.write() as tx:
        assert inbox.put(tx, "twilio", [*items, items[0]], now=NOW) == 2
        assert inbox.put(tx, "twilio", items, now=NOW) == 0
        assert inbox.put(tx, "province", items[:1], now=NOW) == 1
        assert inbox.put(tx, "province", [], now=NOW) == 0
    with store.read() as tx:
        assert inbox.waiting(tx) == 3


def test_the_inbox_is_worked_off_in_order_and_forgets_what_it_need_not_keep(store: Store) -> None:
    """The oldest first; once done, number and text are gone and the key still stops repeats."""
    items = [("inbound", f"SM{n}", '{"number": "+8610000000123"}') for n in range(4)]
    with store.write() as tx:
        inbox.put(tx, "twilio", items, now=NOW)
        taken = inbox.take(tx, 3)
        assert [(row.kind, row.key, row.gateway) for row in taken] == [
            ("inbound", f"SM{n}", "twilio") for n in range(3)
        ]
        inbox.done(tx, [row.id for row in taken], now=NOW)
    with store.write() as tx:
        assert [row.key for row in inbox.take(tx, 9)] == ["SM3"]
        assert inbox.put(tx, "twilio", items, now=NOW) == 0
        left = tx.connection.execute(text("SELECT count(*) FROM inbox WHERE payload <> ''"))
        assert left.scalar_one() == 1
