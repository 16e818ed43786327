"""The journal's chain: what is altered, removed, reordered or cut off is found."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.journal import (
    Anchor,
    Break,
    Entry,
    Event,
    Line,
    Tamper,
    Walked,
    canonical,
    chain,
    verify,
    walk,
)
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


def exchanged(lines, one, other):
    """Two lines as somebody leaves them who gives each the other's number."""
    first, second = lines[one - 1], lines[other - 1]
    lines[one - 1] = replace(second, seq=one)
    lines[other - 1] = replace(first, seq=other)
    return lines


@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 3), (5, 6), (1, 6), (2, 5), (3, 5)])
def test_lines_that_were_exchanged_are_called_so_and_no_other_line_is_named(one, other):
    assert verify(KEY, exchanged(journal(6), one, other)) == (
        Break(one, Tamper.REORDERED),
        Break(other, Tamper.REORDERED),
    )


def test_lines_that_were_turned_round_are_called_so():
    lines = journal(6)
    lines[1], lines[2], lines[3] = (
        replace(lines[old], seq=new + 1) for new, old in ((1, 3), (2, 1), (3, 2))
    )
    assert verify(KEY, lines) == tuple(Break(seq, Tamper.REORDERED) for seq in (2, 3, 4))


def test_an_exchanged_line_that_was_altered_as_well_is_altered():
    lines = exchanged(journal(6), 2, 5)
    lines[4] = replace(lines[4], entry=replace(lines[4].entry, reason="deputy"))
    found = {item.seq: item.tamper for item in verify(KEY, lines)}
    assert found[2] is Tamper.ALTERED
    assert found[5] is Tamper.REORDERED


def test_a_journal_shorter_than_its_own_head_is_cut_off():
    lines = journal(5)
    head = Anchor(5, lines[-1].mac)
    assert walk(KEY, lines, head=head) == Walked(5, lines[-1].mac, ())
    assert walk(KEY, lines[:3], head=head) == Walked(3, lines[2].mac, (Break(4, Tamper.CUT_OFF),))
    assert walk(KEY, [], head=head).breaks == (Break(1, Tamper.CUT_OFF),)
    assert walk(KEY, [], head=Anchor(0, "")) == Walked(0, "", ())


def test_a_journal_longer_than_its_own_head_was_added_to():
    lines = journal(5)
    head = Anchor(3, lines[2].mac)
    assert walk(KEY, lines, head=head).breaks == (Break(4, Tamper.BEYOND_HEAD),)


def test_a_cut_that_two_heads_show_is_one_finding():
    lines = journal(5)
    head = Anchor(5, lines[-1].mac)
    found = walk(KEY, lines[:3], head=head, anchor=replace(head, mac=head.mac[:12]))
    assert found.breaks == (Break(4, Tamper.CUT_OFF),)


def test_a_cut_tail_whose_head_was_cut_as_well_shows_only_against_one_that_left_the_machine():
    lines = journal(5)
    assert walk(KEY, lines[:3], head=Anchor(3, lines[2].mac)).breaks == ()
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
        exchanged(lines, at + 1, at + 2)
    assert verify(KEY, lines)
