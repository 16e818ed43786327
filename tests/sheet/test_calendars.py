"""Calendars of other programs are read, too: one event is one shift."""

from __future__ import annotations

import pytest

from tests.sheet.office import Office, said


def calendar(*events: str) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for number, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}", *event.split("\n"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


DAY = "DTSTART;VALUE=DATE:20260803\nDTEND;VALUE=DATE:20260804"


@pytest.mark.parametrize("words", ["主班：柳问桥", "柳问桥 主班", "柳问桥（主班）", "值班 柳问桥"])
def test_an_event_names_a_post_and_a_person_in_either_order(words: str, office: Office) -> None:
    path = office.text("a.ics", calendar(f"{DAY}\nSUMMARY:{words}"))
    (change,) = office.read(path).compared.changes
    assert (change.slot.day.isoformat(), change.after) == ("2026-08-03", ("liu-wenqiao",))
    assert change.where == "a.ics: line 3"


def test_a_week_of_a_leader_is_seven_days(office: Office) -> None:
    week = "DTSTART;VALUE=DATE:20260803\nDTEND;VALUE=DATE:20260810\nSUMMARY:带班领导：柳问桥"
    days = [
        c.slot.day.day for c in office.read(office.text("a.ics", calendar(week))).compared.changes
    ]
    assert days == [3, 4, 5, 6, 7, 8, 9]


def test_a_night_shift_is_of_the_day_on_which_it_begins(office: Office) -> None:
    night = (
        "DTSTART;TZID=Asia/Shanghai:20260803T173000\nDTEND;TZID=Asia/Shanghai:20260804T083000\n"
        "SUMMARY:主班 井盖明"
    )
    path = office.text("a.ics", calendar(night))
    (change,) = office.read(path, unit="jiedao-office").compared.changes
    assert (change.slot.day.day, change.slot.section) == (3, "night")


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        (f"{DAY}\nSUMMARY:主班：谁也不是", "a.ics: line 3: “谁也不是” is nobody in people.csv"),
        (f"{DAY}\nSUMMARY:开会", "a.ics: line 3: “开会” names no post of the unit and a person"),
        (f"{DAY}\nSUMMARY:", "a.ics: line 3: “” names no post"),
        (f"{DAY}\nRRULE:FREQ=DAILY\nSUMMARY:主班：柳问桥", "a.ics: line 7: RRULE"),
    ],
)
def test_an_event_that_says_no_shift_is_named_by_its_line(
    event: str, fault: str, office: Office
) -> None:
    found = office.read(office.text("a.ics", calendar(event)))
    assert said(found.faults)[0].startswith(fault)
    assert found.files == {}


def test_a_cancelled_event_says_nothing(office: Office) -> None:
    path = office.text("a.ics", calendar(f"{DAY}\nSTATUS:CANCELLED\nSUMMARY:主班：柳问桥"))
    assert office.read(path).compared.changes == ()
