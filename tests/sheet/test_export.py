"""A month as the office draws it, and the way back: importing an export changes nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from fangxun import district as districts
from fangxun.core import icalendar
from fangxun.core.roster import Override, OverrideKind
from fangxun.core.subscription import Edition
from fangxun.core.timeline import Span
from fangxun.sheet import drawing, plain
from fangxun.sheet.drawing import DutyTable
from fangxun.sheet.paper import as_workbook
from tests.sheet.layouts import LAYOUTS
from tests.sheet.office import LONG_AGO, Office


def cover(post: str, start: datetime, end: datetime, who: str, whom: str | None) -> Override:
    kind = OverrideKind.COVER if whom else OverrideKind.ADD
    return Override(1, kind, post, Span(start, end), who, whom, "病假", "x", LONG_AGO)


WHOLE = cover(
    "fxb-officer", datetime(2026, 8, 4, tzinfo=UTC), datetime(2026, 8, 5, tzinfo=UTC),
    "liu-wenqiao", None,
)  # fmt: skip
"""From 08:00 to 08:00 next day, in Shanghai."""


def tables(
    office: Office, *overrides: Override, units: tuple[str, ...] = ("fxb",)
) -> tuple[DutyTable, ...]:
    district = districts.read(office.folder)
    return drawing.draw(
        district, replace(district.roster, overrides=overrides), 2026, 8, set(units)
    )


EDITION = Edition(7, LONG_AGO, "office")
FORMS: dict[str, Callable[[tuple[DutyTable, ...]], bytes]] = {
    "xlsx": as_workbook,
    "csv": lambda drawn: plain.as_csv(drawn).encode(),
    "ics": lambda drawn: plain.as_calendar(drawn, zone="Asia/Shanghai", edition=EDITION).encode(),
}


def written(office: Office, form: str, drawn: tuple[DutyTable, ...]) -> Path:
    return office.text(f"2026-08.{form}", FORMS[form](drawn))


@pytest.mark.parametrize("form", FORMS)
def test_importing_an_export_changes_nothing(form: str, office: Office) -> None:
    """Of every unit, with sections of day and night, posts of a level, and a cover."""
    file = written(office, form, tables(office, WHOLE, units=()))
    found = office.read(file, unit="", overrides=(WHOLE,))
    assert (found.compared.changes, found.files, found.faults) == ((), {}, ())
    assert found.compared.same > 500


@pytest.mark.parametrize("draw", LAYOUTS, ids=lambda draw: draw.__name__)
def test_each_layout_comes_back_from_an_export_as_it_was(
    draw: Callable[[Office], Path], office: Office
) -> None:
    office.taken(draw(office), month="2026-08")
    before = {post: office.stands(f"fxb-{post}") for post in ("officer", "deputy", "leader")}
    drawn = tables(office)
    for form in FORMS:
        found = office.read(written(office, form, drawn), month="2026-08")
        assert (form, found.compared.changes, found.files, found.faults) == (form, (), {}, ())
    assert {post: office.stands(f"fxb-{post}") for post in before} == before


def test_an_event_that_was_changed_keeps_its_uid_in_a_later_sequence(office: Office) -> None:
    """RFC 5545, 3.8.7.4: a program that has the shift takes the new one for it."""

    def events(number: int, *overrides: Override) -> dict[str, tuple[int, str]]:
        edition = replace(EDITION, number=number)
        drawn = plain.as_calendar(tables(office, *overrides), edition=edition, zone="Asia/Shanghai")
        found, faults = icalendar.read(drawn, zone="Asia/Shanghai")
        assert not faults
        return {one.uid: (one.sequence, one.summary) for one in found.events}

    whom = office.stands("fxb-officer")["2026-08-04"]
    before = events(7)
    after = events(8, replace(WHOLE, kind=OverrideKind.COVER, instead_of=whom))
    assert before.keys() == after.keys()
    changed = [uid for uid in before if before[uid][1] != after[uid][1]]
    assert [(before[uid][0], after[uid][0]) for uid in changed] == [(7, 8)]
    assert "柳问桥" in after[changed[0]][1]


def test_a_name_that_is_changed_in_an_export_changes_that_cell_alone(office: Office) -> None:
    book = load_workbook(io.BytesIO(as_workbook(tables(office))))
    book.active["D7"] = "柳问桥"
    path = office.place / "mended.xlsx"
    book.save(path)
    (change,) = office.read(path).compared.changes
    assert (change.where.partition("!")[2], change.after) == ("D7", ("liu-wenqiao",))


def test_the_page_is_a4_across_with_a_column_to_sign_and_marks_what_was_changed(
    office: Office,
) -> None:
    whom = office.stands("fxb-officer")["2026-08-04"]
    stands_in = replace(WHOLE, kind=OverrideKind.COVER, instead_of=whom)
    sheet: Any = load_workbook(io.BytesIO(as_workbook(tables(office, stands_in)))).active
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    heads = [cell.value for cell in sheet[2]]
    assert heads[:5] == ["日期", "星期", "带班领导", "主班", "副班"]
    assert heads[-1] == "签名"
    assert sheet["D6"].value == "柳问桥"
    assert sheet["D6"].fill.start_color.rgb == "00FFE699"
    assert sheet["D7"].fill.start_color.rgb != "00FFE699"
    assert "柳问桥替" in sheet.cell(6, heads.index("变更") + 1).value


def test_a_leader_has_one_cell_for_his_week_and_the_duty_phone_stands_below(
    office: Office,
) -> None:
    sheet: Any = load_workbook(io.BytesIO(as_workbook(tables(office)))).active
    leader = [str(ranged) for ranged in sheet.merged_cells.ranges if str(ranged).startswith("C")]
    assert sorted(leader) == ["C12:C18", "C19:C25", "C26:C32", "C3:C4", "C5:C11"]
    assert sheet["A34"].value == "值班电话：+8610000000001"


def test_every_number_stands_once_below_and_no_row_hides_a_line(office: Office) -> None:
    """Five numbers in the cell of a day lay over each other on paper."""
    (drawn,) = tables(office)
    sheet: Any = load_workbook(io.BytesIO(as_workbook((drawn,)))).active
    below = sheet["A35"].value
    assert below.startswith("联系电话：田望溪 +8610000000109, ")
    people = {person for line in drawn.lines for cell in line.cells for person in cell.people}
    assert below.count("+86") == len(people)
    assert below in plain.as_html((drawn,))
    heights = [sheet.row_dimensions[row].height for row in range(2, 36)]
    assert heights[:33] == [14.5] * 33
    assert heights[33] >= 3 * 14.5
    assert 0.9 * (sum(heights) + 29) < 595 - 2 * 0.4 * 72, "A4 across, hardly scaled"


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")'])
def test_no_name_becomes_a_formula(evil: str, office: Office) -> None:
    district = districts.read(office.folder)
    people = tuple(
        replace(person, name=evil) if person.id == "zhu-xiaoman" else person
        for person in district.people
    )
    drawn = drawing.draw(replace(district, people=people), district.roster, 2026, 8, {"fxb"})
    sheet: Any = load_workbook(io.BytesIO(as_workbook(drawn))).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == evil]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
    text = plain.as_csv(drawn)
    assert f"'{evil}" in text.replace('""', '"')
    assert f",{evil}" not in text
    assert "<script" not in plain.as_html(drawn)


def test_a_page_to_print_escapes_what_people_are_called(office: Office) -> None:
    district = districts.read(office.folder)
    people = tuple(replace(person, name="<b>&") for person in district.people[6:7])
    drawn = drawing.draw(
        replace(district, people=(*people, *district.people[7:])),
        district.roster, 2026, 8, {"fxb"},
    )  # fmt: skip
    page = plain.as_html(drawn)
    assert "size: A4 landscape" in page
    assert "&lt;b&gt;&amp;" in page
    assert "<b>" not in page


def test_a_name_of_two_people_is_written_so_that_it_can_be_read_again(office: Office) -> None:
    path = office.folder / "people.csv"
    text = path.read_text(encoding="utf-8").replace("桑清明", "竹小满")
    path.write_text(text, encoding="utf-8")
    table = office.folder / "duty" / "2026-07.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("竹小满", "zhu-xiaoman").replace(
            "桑清明", "sang-qingming"
        ),
        encoding="utf-8",
    )  # fmt: skip
    found = office.read(written(office, "xlsx", tables(office)))
    assert (found.faults, found.compared.changes) == ((), ())


def test_a_later_export_is_taken_for_the_later_by_a_calendar_program(office: Office) -> None:
    """RFC 5545, 3.8.7.4: the same UIDs, and a SEQUENCE that has grown with the roster."""
    drawn = tables(office)

    def events(number: int) -> dict[str, int]:
        edition = replace(EDITION, number=number)
        text = plain.as_calendar(drawn, zone="Asia/Shanghai", edition=edition)
        found, faults = icalendar.read(text, zone="Asia/Shanghai")
        assert not faults
        return {event.uid: event.sequence for event in found.events}

    earlier, later = events(7), events(8)
    assert earlier.keys() == later.keys()
    assert {*earlier.values(), *later.values()} == {7, 8}
    assert all(later[uid] > sequence for uid, sequence in earlier.items())
