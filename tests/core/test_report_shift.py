"""The record of a watch: what it tells of its time, and what it leaves out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fangxun.core.handover import Matter, MatterKind
from fangxun.core.journal import Entry, Event
from fangxun.core.level import Level
from fangxun.core.observation import Quality, Reading
from fangxun.core.page import PageKind, PageState
from fangxun.core.place import Measure
from fangxun.core.report.shift import Kept, shift_record
from fangxun.core.timeline import Span
from tests.core.storm import page

START = datetime(2026, 7, 20, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WATCH = Span(START, START + 24 * HOUR)
NOTHING = Kept((), {}, (), (), (), (0, ""))


def told(event, after, **data):
    return Entry(START + after * HOUR, event, "system", "incident/1", "", tuple(data.items()))


def hour(number, mm, **fields):
    end = START + number * HOUR
    return Reading("g", Measure.RAIN, end - HOUR, end, mm, **fields)


def test_what_happened_before_or_after_the_watch_is_not_its_record():
    moves = [told(Event.RAISED, at, place="a", level="red", previous="none") for at in (-1, 3, 25)]
    found = shift_record(WATCH, replace(NOTHING, entries=moves))
    assert [one.at for one in found.moves] == [START + 3 * HOUR]


def test_a_warning_is_told_by_its_headline_and_a_level_set_by_hand_by_what_follows():
    entries = [
        told(Event.WARNING_RECEIVED, 1, headline="heavy rain", level="orange"),
        told(Event.RAISED, 2, level="red"),
    ]
    found = shift_record(WATCH, replace(NOTHING, entries=entries))
    assert [(one.headline, one.level) for one in found.warnings] == [("heavy rain", Level.ORANGE)]
    assert found.moves == ()


def test_rain_with_a_hole_says_so_and_a_suspect_value_is_none_of_it():
    whole = [hour(n, 1.5) for n in range(1, 25)]
    holed = [hour(3, 40.0), hour(5, 900.0, quality=Quality.SUSPECT)]
    kept = replace(NOTHING, readings={"whole": whole, "holed": holed, "silent": []})
    found = shift_record(WATCH, kept).rain
    assert [(one.gauge, one.mm, one.whole) for one in found] == [
        ("holed", 40.0, False),
        ("whole", 36.0, True),
    ]


def test_pages_that_still_want_a_word_are_passed_on_and_exercises_are_not():
    pages = [
        replace(page("a"), id=1, state=PageState.UNREACHED),
        replace(page("b"), id=2, state=PageState.OPEN),
        replace(page("c"), id=3, state=PageState.CONFIRMED),
        replace(page("d"), id=4, kind=PageKind.EXERCISE),
    ]
    found = shift_record(WATCH, replace(NOTHING, pages=pages)).owing
    assert [(one.page, one.unreached) for one in found] == [(1, True), (2, False)]


def test_what_is_open_is_told_apart_from_what_was_done_in_its_time():
    item = Matter(1, MatterKind.CALL, "gate", "reservoir", "", "a", START)
    done = replace(item, id=2, done_at=START + HOUR, result="told")
    found = shift_record(WATCH, replace(NOTHING, matters=[item, done]))
    assert ([one.id for one in found.matters], [one.id for one in found.done]) == ([1], [2])
