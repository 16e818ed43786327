"""The report as a file: what stands in it is what was kept, and nothing in it acts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.chart import BarChart
from openpyxl.workbook import Workbook

from fangxun import text
from fangxun.board.paper import Reader, html, workbook
from fangxun.board.paper.tables import Table
from fangxun.board.paper.workbook import TRIGGERS, put
from fangxun.core import exercise
from fangxun.core import page as pages
from fangxun.core.incident import Incident, IncidentState
from fangxun.core.journal import Entry, Event
from fangxun.core.level import Level
from fangxun.core.page import AttemptState, Blame, How, PageEvent, PageKind
from fangxun.core.report import Report, Story, after_action, report_of, report_of_exercise
from fangxun.engine import proof
from fangxun.engine.view import maps_of
from tests import beginnings
from tests.core.storm import NOW, PEOPLE, alarm_page, attempt, minutes, page
from tests.storms import Played, shared

HOSTILE = "<script>alert(1)</script>&\"'"
FORMULA = '=HYPERLINK("https://evil.example.test","click")'
READER = Reader({"person/a": "竹小满", "unit/town": FORMULA}, "Asia/Shanghai", HOSTILE)


class Read(HTMLParser):
    """A page as a browser sees it: its tags with their attributes, and the cells by row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.words: list[str] = []
        self.in_cell = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self.in_cell = self.in_cell and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.in_cell:
            self.rows[-1][-1] += data


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The process speaks English before and after."""
    text.install("en")
    yield
    text.install("en")


def hostile() -> Report:
    """One who failed, one who said something that a program could run, and a door."""
    said = pages.confirm(page(1), by="a", how=How.REPLY, said=FORMULA, now=minutes(2))
    lost = pages.step(page(2, who="b"), PageEvent.LADDER_EXHAUSTED, now=minutes(10))
    bell = alarm_page(9, cause="unreached:2", incident=1)
    known = pages.confirm(bell, by="officer", how=How.CLI, said=HOSTILE, now=minutes(12))
    sent = (
        attempt(1, pages=(1,), state=AttemptState.IN_DOUBT, error_code="timeout", sent_at=NOW),
        attempt(2, pages=(1,), state=AttemptState.DELIVERED, copy_of=f"{1:016x}", sent_at=NOW),
        attempt(3, pages=(2,), who="b", state=AttemptState.UNDELIVERED, error_code="30005",
                blame=Blame.NUMBER, sent_at=NOW),
    )  # fmt: skip
    correction = Entry(
        minutes(20), Event.CORRECTED, "a", "incident/1", "why", (("text", "+1"), ("told", ["a"]))
    )
    missed = Entry(
        minutes(21), Event.NOTICE_QUEUED, "system", "person/a", "no_number",
        (("kind", "correction"), ("incident", 1)),
    )  # fmt: skip
    item = Incident(1, "gully", IncidentState.CLOSED, NOW, closed_at=minutes(30))
    people = {someone.id: someone for someone in PEOPLE}
    people["a"] = replace(people["a"], name=HOSTILE)
    story = Story((item,), (said, lost, known), sent, (correction, missed))
    return report_of(story, people, now=minutes(60))


@pytest.fixture(params=[shared("ladder")])
def ladder(
    request: pytest.FixtureRequest, storms: Callable[[str], Played]
) -> tuple[Report, Reader]:
    """The report of a drilled storm, as the command makes it."""
    left, district = storms(request.param), beginnings.example()
    with left.read() as tx:
        ids = [item.id for item in left.outcome.incidents]
        found = proof.report(tx, district, ids, now=left.now)
    return found, Reader(maps_of(district).names, district.roster.zone, district.name)


def test_nothing_that_somebody_wrote_becomes_a_tag() -> None:
    """A name, a reply, a unit: text, and shown as it is."""
    page = html(hostile(), READER, language="en")
    read = Read(page)
    assert "script" not in {tag for tag, _ in read.tags}
    assert not [attrs for _tag, attrs in read.tags if any(n.startswith("on") for n in attrs)]
    assert "<script" not in page
    assert HOSTILE in "".join(read.words)


def test_the_page_fetches_nothing() -> None:
    """No address in it, and its own policy forbids what a future hand might add."""
    page = html(hostile(), READER, language="en")
    read = Read(page)
    assert not [(t, a) for t, a in read.tags if {"src", "href", "srcset", "action"} & a.keys()]
    assert not re.search(r"url\(|@import", page)
    policy = next(a for t, a in read.tags if t == "meta" and "http-equiv" in a)["content"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_a_cell_is_text_whatever_it_begins_with() -> None:
    """Read back by another program: a string, not a formula, and marked as text for the next."""
    book = load_workbook(io.BytesIO(workbook(hostile(), READER)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    held = [c for c in cells if c.value in {FORMULA, "+1"}]
    assert {cell.value for cell in held} == {FORMULA, "+1"}
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in held)


@pytest.mark.parametrize("first", TRIGGERS)
def test_each_sign_that_begins_a_formula_is_text_with_its_mark(first: str) -> None:
    sheet = Workbook().active
    assert sheet is not None
    put(sheet, 1, 1, f"{first}1+1")
    put(sheet, 1, 2, "plain")
    assert (sheet.cell(1, 1).data_type, bool(sheet.cell(1, 1).quotePrefix)) == ("s", True)
    assert (sheet.cell(1, 2).data_type, bool(sheet.cell(1, 2).quotePrefix)) == ("s", False)


def test_a_sign_that_a_workbook_cannot_hold_loses_no_report() -> None:
    """And an endless text is cut to what a cell holds."""
    sheet = Workbook().active
    assert sheet is not None
    put(sheet, 1, 1, "a\x00b\x1b\ufffe")
    put(sheet, 1, 2, "x" * 100_000)
    assert sheet.cell(1, 1).value == "a b  "
    assert len(str(sheet.cell(1, 2).value)) < 32_767


def test_the_workbook_holds_what_the_page_holds(ladder: tuple[Report, Reader]) -> None:
    """Every person and attempt, times as local times, numbers as numbers."""
    report, reader = ladder
    book = load_workbook(io.BytesIO(workbook(report, reader)))
    people = book["By person"]
    assert people.max_row == len(report.after.rows) + 1
    heads = [cell.value for cell in people[1]]
    first = dict(zip(heads, [cell.value for cell in people[2]], strict=True))
    row = next(r for r in report.after.rows if r.name == first["who"])
    assert isinstance(first["paged"], datetime)
    assert first["paged"] == row.opened_at.replace(tzinfo=None) + timedelta(hours=8)
    assert book["Every attempt"].max_row == sum(len(r.tries) for r in report.after.rows) + 1
    units = book["By unit"]
    assert {cell.value for cell in units["A"][1:]} == {
        reader.name("unit", total.unit) for total in report.after.units
    }


def test_the_workbook_draws_rain_and_level_with_its_own_chart(
    ladder: tuple[Report, Reader],
) -> None:
    report, reader = ladder
    sheet = load_workbook(io.BytesIO(workbook(report, reader)))["Rain and level"]
    (drawn,) = sheet._charts  # noqa: SLF001  openpyxl's only way to a chart that it has read
    assert isinstance(drawn, BarChart)
    assert report.weather is not None
    heads = [str(cell.value) for cell in sheet[1]]
    column = heads.index("下云站 mm")
    values = [row[column].value for row in sheet.iter_rows(min_row=2) if row[0].value]
    assert max(v for v in values if v is not None) == 48
    assert None in values, "an hour without a reading is empty, not 0"
    level = [row[heads.index("下云镇")].value for row in sheet.iter_rows(min_row=2)]
    assert {0, 1, 2, 3, 4} <= set(level)


def test_the_page_tells_of_each_person_and_draws_rain_and_level(
    ladder: tuple[Report, Reader],
) -> None:
    report, reader = ladder
    read = Read(html(report, reader, language="en"))
    cells = {cell for row in read.rows for cell in row}
    for row in report.after.rows:
        assert {row.name, reader.name("place", row.place)} <= cells
    bars = [attrs for tag, attrs in read.tags if tag == "rect"]
    assert {"rain", "missing", "red", "orange"} <= {str(attrs["class"]) for attrs in bars}
    words = " ".join(read.words)
    assert "Asia/Shanghai (UTC+08:00)" in words
    assert "08-02 16:10:00" in words, "local time"


def test_which_message_may_have_come_twice_stands_beside_what_it_is_a_copy_of() -> None:
    read = Read(html(hostile(), READER, language="en"))
    (line,) = [row for row in read.rows if row[-1:] == [f"{2:016x}"]]
    assert line[-2] == f"{1:016x}"
    assert "in doubt" in line


def test_whom_a_correction_reached_stands_beside_whom_it_did_not() -> None:
    read = Read(html(hostile(), READER, language="en"))
    heads = next(row for row in read.rows if "missed" in row)
    (line,) = [row for row in read.rows if "+1" in row]
    assert line[heads.index("missed")] == "竹小满 (no number)"


def test_a_report_of_an_exercise_is_called_one_and_holds_no_door() -> None:
    """Its cells are text, too."""
    item = exercise.start(3, Level.RED, FORMULA, pages=[1], by="a", reason=HOSTILE, now=NOW)
    said = pages.confirm(
        page(1, kind=PageKind.EXERCISE), by="a", how=How.REPLY, said=FORMULA, now=minutes(2)
    )
    people = {someone.id: someone for someone in PEOPLE}
    after = after_action([said], [attempt(1)], people, kind=PageKind.EXERCISE)
    report = report_of_exercise(item, after, [attempt(1)], now=minutes(5))
    read = Read(html(report, READER, language="en"))
    words = "".join(read.words)
    assert "Exercise report" in words
    assert "After-action report" not in words
    assert HOSTILE in words
    book = load_workbook(io.BytesIO(workbook(report, READER)))
    assert book.sheetnames == [
        "Summary",
        "By unit",
        "By person",
        "Every attempt",
        "Possible duplicates",
    ]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert len([c for c in cells if c.value == FORMULA and c.quotePrefix]) == 4


def test_who_went_to_the_door_stands_with_what_he_said() -> None:
    read = Read(html(hostile(), READER, language="en"))
    (line,) = [row for row in read.rows if "officer" in row and HOSTILE in row]
    assert "b" in line


def test_a_reason_is_the_gateway_s_own_sentence_and_else_says_whose_fault_it_was() -> None:
    """With the code, so that it can be looked up."""
    (row,) = [r for r in hostile().after.rows if r.person == "b"]
    (lost,) = row.tries
    own = replace(READER, reasons={"main": {"30005": "The number is out of service."}})
    assert own.reason(lost) == "The number is out of service. [30005]"
    assert READER.reason(lost) == "The number cannot be used. [30005]"
    assert READER.reason(replace(lost, blame=Blame.NONE)).startswith("The carrier says")
    assert READER.reason(replace(lost, state=AttemptState.DELIVERED)) == ""


def test_what_went_into_another_text_is_not_said_to_be_needless() -> None:
    """He was told of it, by the other; what a confirmation makes needless is taken back as such."""
    (row,) = [r for r in hostile().after.rows if r.person == "b"]
    back = replace(row.tries[0], state=AttemptState.WITHDRAWN, code="", blame=Blame.NONE)
    assert "another text" in READER.reason(replace(back, settled_at=back.queued_at))
    assert "not needed" in READER.reason(replace(back, settled_at=None))


@pytest.mark.parametrize("state", list(AttemptState))
def test_every_state_that_is_no_proof_has_a_reason(state: AttemptState) -> None:
    (row,) = [r for r in hostile().after.rows if r.person == "b"]
    bare = replace(row.tries[0], state=state, code="", blame=Blame.NONE)
    assert bool(READER.reason(bare)) == (state is not AttemptState.DELIVERED)


def test_in_chinese_the_heads_are_chinese() -> None:
    """Of the page and of every sheet."""
    text.install("zh_CN")
    page = Read(html(hostile(), READER, language="zh_CN"))
    heads = [attrs for tag, attrs in page.tags if tag == "td"]
    assert heads
    assert all(re.search(r"[\u4e00-\u9fff]", str(attrs["data-head"])) for attrs in heads)
    book = load_workbook(io.BytesIO(workbook(hostile(), READER)))
    assert book.sheetnames[0] == "汇总"
    for sheet in book:
        assert all(re.search(r"[\u4e00-\u9fff]", str(cell.value)) for cell in sheet[1])


def test_a_report_of_nothing_is_still_a_report(tmp_path: Path) -> None:
    """An incident that paged nobody; and no incident at all."""
    item = Incident(1, "gully", IncidentState.OPEN, NOW)
    for incidents in ((item,), ()):
        empty = report_of(Story(incidents, (), (), ()), {}, now=minutes(5))
        assert "None." in html(empty, READER, language="en")
        (tmp_path / "empty.xlsx").write_bytes(workbook(empty, READER))
        assert load_workbook(tmp_path / "empty.xlsx")["By person"].max_row == 1


def test_a_table_is_as_wide_in_its_rows_as_in_its_heads(ladder: tuple[Report, Reader]) -> None:
    from fangxun.board.paper.tables import tables  # noqa: PLC0415  beside its only use

    for report, reader in (ladder, (hostile(), READER)):
        for table in tables(report, reader):
            assert isinstance(table, Table)
            assert {len(row) for row in table.rows} <= {len(table.heads)}, table.key
            assert len(table.marks) in {0, len(table.rows)}
