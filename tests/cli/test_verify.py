"""`fangxun journal verify`: what somebody with the database can do, and what an anchor must be."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from fangxun.core.journal import Anchor
from tests.cli.conftest import Desk


def tampered(desk: Desk, statement: str, *given: object) -> None:
    """By somebody with the database, but without the key."""
    path = desk.folder / "state" / "fangxun.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement, given)


def lengthened(desk: Desk) -> list[Anchor]:
    """Some lines, and the head after each."""
    for text in ("one", "two", "three"):
        desk.run("page", "send", "gu-huiyin", "--text", text, "--actor", "zhu-xiaoman", "-r", "x")
    return [Anchor(line.seq, line.mac) for line in desk.lines()]


def test_a_journal_without_its_last_lines_is_not_whole(desk: Desk) -> None:
    """Its own head tells, without any anchor; what was walked is said."""
    heads = lengthened(desk)
    whole = desk.run("journal", "verify")
    assert f"{len(heads)} lines walked, whole" in whole
    assert f"head {len(heads)}:{heads[-1].mac[:12]}" in whole
    tampered(desk, "DELETE FROM journal WHERE seq > ?", len(heads) - 2)
    said = desk.run("journal", "verify", code=1)
    assert f"line {len(heads) - 1}: cut off" in said
    assert f"{len(heads) - 2} lines walked" in said
    assert f"the head says {len(heads)}:" in said


def test_a_journal_that_was_emptied_is_not_whole(desk: Desk) -> None:
    """Nothing to walk is not nothing wrong."""
    lengthened(desk)
    tampered(desk, "DELETE FROM journal")
    assert "0 lines walked" in desk.run("journal", "verify", code=1)


def test_a_journal_whose_head_was_cut_as_well_needs_an_anchor(desk: Desk) -> None:
    """That is what the head leaves the machine for; as the notice has it, in any case."""
    heads = lengthened(desk)
    before, last = heads[-2], heads[-1]
    tampered(desk, "DELETE FROM journal WHERE seq = ?", last.count)
    tampered(desk, "UPDATE journal_head SET seq = ?, mac = ?", before.count, before.mac)
    desk.run("journal", "verify")
    held = f" {last.count}:{last.mac[:12].upper()} "
    assert "cut off" in desk.run("journal", "verify", "--anchor", held, code=1)
    desk.run("journal", "verify", "--anchor", f"{before.count}:{before.mac}")


@pytest.mark.parametrize(
    "anchor",
    ["x", "0:zz", "0:9f3ac1d27b04", "3:9", "3:9f3ac1", "3:9f3ac1d27b0z", "３:9f3ac1d27b04", "3:",
     ":9f3ac1d27b04", "-3:9f3ac1d27b04", "3:9f3ac1d27b04:1", "٣:9f3ac1d27b04"],
)  # fmt: skip
def test_what_is_no_anchor_is_said_and_proves_nothing(desk: Desk, anchor: str) -> None:
    """A few digits would fit a tail that was written anew."""
    said = desk.run("journal", "verify", f"--anchor={anchor}", code=3)
    assert "at least 12 digits" in said
