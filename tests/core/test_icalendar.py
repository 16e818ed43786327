"""Calendars as other programs read and write them: folding, escapes, times, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fangxun.core.icalendar import MOST_EVENTS, Calendar, Event, fold, read, write
from fangxun.core.timeline import Span

ZONE = "Asia/Shanghai"
START = datetime(2026, 7, 1, 0, 0, tzinfo=UTC)
DAY = Span(START, START + timedelta(days=1))
SAID = st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(str.strip)
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1)).map(  # noqa: DTZ001  made UTC
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)


def calendar(*lines):
    """The text of a calendar with one event of these lines."""
    event = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"]
    return "\r\n".join(event)


def one(*lines):
    """The event of these lines, which has no fault."""
    found, faults = read(calendar(*lines), zone=ZONE)
    assert not faults
    return found.events[0]


def faults(*lines):
    """What is said of an event of these lines, which is left out."""
    found, said = read(calendar(*lines), zone=ZONE)
    assert not found.events
    return [str(fault) for fault in said]


@given(SAID)
def test_no_line_is_longer_than_75_octets_and_no_character_is_split(text):
    pieces = [line.encode() for line in fold(f"SUMMARY:{text}")]
    assert all(len(piece) <= 75 for piece in pieces)
    assert "".join(p.decode()[bool(n) :] for n, p in enumerate(pieces)) == f"SUMMARY:{text}"


@given(SAID, SAID, st.lists(SAID.filter(bool)), st.integers(0, 10**6), INSTANTS)
@example("", "", ["\\", "0"], 0, START)
def test_what_is_written_is_read_as_it_was(summary, note, categories, sequence, changed):
    event = Event(
        "s/1@yunxi", DAY, summary, sequence, changed, note, summary, tuple(categories),
        extra=(("X-FANGXUN-POST", "town-duty"),),
    )  # fmt: skip
    found, wrong = read(write(Calendar("云溪; 值班", (event,))), zone=ZONE)
    assert (found.name, wrong) == ("云溪; 值班", ())
    again = write(Calendar("云溪; 值班", found.events))
    assert [line for line in again.split("\r\n") if not line.startswith(("DTSTAMP", "LAST"))] == [
        line
        for line in write(Calendar("云溪; 值班", (event,))).split("\r\n")
        if not line.startswith(("DTSTAMP", "LAST"))
    ]


def test_a_name_cannot_end_its_line_and_begin_another():
    text = write(Calendar("x", (Event("1", DAY, "a\r\nATTENDEE:mailto:b\x00c"),)))
    assert "\r\nSUMMARY:a\\nATTENDEE:mailto:bc\r\n" in text


def test_programs_are_told_its_name_and_how_often_to_ask_again():
    text = write(Calendar("云溪值班", (), timedelta(hours=1)))
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in text
    assert "\r\nNAME:云溪值班\r\nX-WR-CALNAME:云溪值班\r\n" in text


def test_an_all_day_event_is_written_in_the_days_of_its_zone():
    midnight = datetime(2026, 6, 30, 16, tzinfo=UTC)
    event = Event("1", Span(midnight, midnight + timedelta(days=1)), "x", all_day=True)
    text = write(Calendar("x", (event,)), zone=ZONE)
    assert "DTSTART;VALUE=DATE:20260701\r\nDTEND;VALUE=DATE:20260702\r\n" in text
    assert read(text, zone=ZONE)[0].events[0].span == event.span


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:20260701T000000Z", "DTEND:20260702T000000Z"),
        ("DTSTART;TZID=Asia/Shanghai:20260701T080000", "DURATION:PT24H"),
        ('DTSTART;X-A="b:c;d";TZID="Asia/Shanghai":20260701T080000', "DURATION:P1D"),
        ("DTSTART:20260701T080000", "DTEND:20260702T080000"),
    ],
)
def test_times_are_understood_in_utc_in_their_zone_or_else_in_ours(lines):
    assert one(*lines).span == DAY


def test_a_date_alone_is_a_whole_day_of_our_zone():
    event = one("DTSTART;VALUE=DATE:20260701")
    assert event.all_day
    assert event.span == Span(START - timedelta(hours=8), START + timedelta(hours=16))


def test_an_alarm_within_an_event_says_nothing_about_the_event():
    event = one(
        "SUMMARY:云溪", "BEGIN:VALARM", "SUMMARY:叮", "DURATION:PT5M", "END:VALARM",
        "DTSTART:20260701T000000Z", "DTEND:20260702T000000Z",
    )  # fmt: skip
    assert (event.summary, event.span) == ("云溪", DAY)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("DTSTART:20260701T000000Z", "DTEND:20260702T000000Z", "RRULE:FREQ=DAILY"),
         "line 5: RRULE: an event that repeats; expected one event for each"),
        (("SUMMARY:x",), "line 2: an event without DTSTART; expected when it begins"),
        (("DTSTART:20260701T000000Z",), "line 2: an event without DTEND; expected when it ends"),
        (("DTSTART:20260231T000000Z",),
         "line 3: DTSTART “20260231T000000Z” is no time; expected one as 20260701T080000"),
        (("DTSTART;TZID=Yunxi/Nowhere:20260701T080000",),
         "line 3: time zone “Yunxi/Nowhere” is unknown; expected one as Asia/Shanghai"),
        (("DTSTART:20260701T000000Z", "DURATION:soon"),
         "line 4: DURATION “soon” is none; expected one as PT24H"),
        (("DTSTART:20260702T000000Z", "DTEND:20260701T000000Z"),
         "line 2: an event that ends before it begins; mend its DTEND"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_told_with_its_line(lines, said):
    assert faults(*lines) == [said]


@pytest.mark.parametrize("text", ["", "日期,值班\r\n", "<html>"])
def test_what_is_no_calendar_is_said_to_be_none(text):
    assert read(text, zone=ZONE)[1][0].template == "this is no calendar; expected BEGIN:VCALENDAR"


def test_a_calendar_that_was_cut_off_says_so():
    whole = write(Calendar("x", (Event("1", DAY, "a"), Event("2", DAY, "b"))))
    found, said = read(whole[: whole.rindex("SUMMARY")], zone=ZONE)
    assert [event.uid for event in found.events] == ["1"]
    assert "cut off" in said[0].template


def test_a_calendar_without_end_is_refused_within_bounds():
    event = "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260701\nEND:VEVENT\n"
    found, said = read("BEGIN:VCALENDAR\n" + event * (MOST_EVENTS + 2), zone=ZONE)
    assert (found.events, said[0].template) == ((), "more than {most} events")
