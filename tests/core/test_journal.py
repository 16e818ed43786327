"""The journal's chain: what is altered, removed, reordered or cut off is found."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.journal import Anchor, Break, Entry, Event, Line, Tamper, canonical, chain, verify
from tests.core.storm import NOW, minutes

KEY = b"a key that lies in a file apart"


def entry(number, **data):
    return Entry(
        minutes(number), Event.STEP_FIRED, "system", f"page/{number}", "person", tuple(data.items())
    )


def journal(count, key=KEY):
    lines, previous = [], ""
    for seq in range(1, count + 1):
        item = entry(seq, step=seq)
        previous = chain(key, previous, seq, item)
        lines.append(Line(seq, item, previous))
    return lines


def test_a_whole_journal_has_no_breaks_with_and_without_an_anchor():
    lines = journal(5)
    assert verify(KEY, lines) == ()
    assert verify(KEY, lines, Anchor(5, lines[-1].mac)) == ()
    assert verify(KEY, lines, Anchor(3, lines[2].mac[:12])) == ()
    assert verify(KEY, []) == ()


def test_an_altered_line_is_found_once_and_by_its_number():
    lines = journal(5)
    lines[2] = replace(lines[2], entry=replace(lines[2].entry, reason="deputy"))
    assert verify(KEY, lines) == (Break(3, Tamper.ALTERED),)


@pytest.mark.parametrize(
    "change",
    [
        {"at": minutes(99)},
        {"event": Event.PAGE_CONFIRMED},
        {"actor": "somebody"},
        {"subject": "page/77"},
        {"reason": ""},
        {"data": (("step", 4),)},
        {"data": ()},
    ],
)
def test_every_field_of_a_line_is_under_the_hash(change):
    lines = journal(3)
    lines[1] = replace(lines[1], entry=replace(lines[1].entry, **change))
    assert verify(KEY, lines) == (Break(2, Tamper.ALTERED),)


def test_a_removed_line_shows_as_missing():
    lines = journal(5)
    assert verify(KEY, lines[:2] + lines[3:]) == (Break(3, Tamper.MISSING),)
    assert verify(KEY, lines[1:]) == (Break(1, Tamper.MISSING),)


def test_a_removed_line_shows_even_when_the_rest_is_numbered_anew():
    lines = journal(5)
    closed_up = [replace(line, seq=n) for n, line in enumerate(lines[:2] + lines[3:], start=1)]
    assert verify(KEY, closed_up)[0] == Break(3, Tamper.ALTERED)


def test_reordered_lines_are_found():
    lines = journal(4)
    kinds = {found.tamper for found in verify(KEY, [lines[0], lines[2], lines[1], lines[3]])}
    assert Tamper.REORDERED in kinds


def test_a_cut_tail_shows_only_against_an_anchor_that_left_the_machine():
    lines = journal(5)
    assert verify(KEY, lines[:3]) == ()
    assert verify(KEY, lines[:3], Anchor(5, lines[-1].mac)) == (Break(4, Tamper.CUT_OFF),)
    assert verify(KEY, [], Anchor(1, lines[0].mac)) == (Break(1, Tamper.CUT_OFF),)


def test_a_tail_written_anew_by_somebody_who_has_the_key_differs_from_the_anchor():
    lines = journal(4)
    forged = replace(lines[3].entry, reason="nothing happened")
    mac = chain(KEY, lines[2].mac, 4, forged)
    anchor = Anchor(4, lines[3].mac[:12])
    assert verify(KEY, [*lines[:3], Line(4, forged, mac)], anchor) == (
        Break(4, Tamper.ANCHOR_DIFFERS),
    )


def test_another_key_fits_no_line():
    assert all(found.tamper is Tamper.ALTERED for found in verify(b"another", journal(3)))
    assert len(verify(b"another", journal(3))) == 3


def test_the_same_instant_in_another_zone_is_the_same_line():
    east = timezone(timedelta(hours=8))
    item = entry(1)
    assert canonical(item) == canonical(replace(item, at=item.at.astimezone(east)))


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=6), plain, max_size=4))
def test_data_read_back_from_a_database_as_json_hash_the_same(data):
    item = Entry(NOW, Event.INCIDENT_NOTED, "a", "incident/1", "r", tuple(data.items()))
    stored = json.loads(json.dumps(data))
    assert canonical(item) == canonical(replace(item, data=tuple(reversed(stored.items()))))


@given(st.integers(1, 8), st.data())
def test_any_single_removal_or_exchange_is_found(count, data):
    lines = journal(count + 1)
    at = data.draw(st.integers(0, count - 1))
    if data.draw(st.booleans()):
        del lines[at]
    else:
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
    assert verify(KEY, lines)
