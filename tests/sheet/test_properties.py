"""Whatever a table holds: no crash, nothing written that was not understood, and a way back."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from fangxun.core.roster import TableEntry
from fangxun.sheet import drawing, plain, workbook
from fangxun.sheet.claims import Asked
from fangxun.sheet.compare import compare
from fangxun.sheet.days import Month
from fangxun.sheet.grid import Cell, Grid
from fangxun.sheet.tables import read_claims
from tests.beginnings import example
from tests.sheet.office import LONG_AGO

WORDS = (
    "日期", "主班", "副班", "带班领导", "电话", "单位", "班次", "竹小满", "柳问桥、竹小满", "夜班",
    "8月3日", "8.3-8.9", "2026-08-03", "1", "=A1", "（）", "+86 100 0000 0113", "上云镇", "无",
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(WORDS), st.text(max_size=12), st.integers(-5, 90_000), st.none(),
    st.floats(allow_nan=True), st.dates(), st.datetimes(),
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.lists(VALUES, min_size=4, max_size=4), min_size=1, max_size=8))
def test_no_table_is_a_fault_of_ours(
    rows: list[list[str | int | float | date | datetime | None]],
) -> None:
    """Each cell ends as an answer, as something passed over, or as a fault with its name."""
    head = [["日期", "主班", "副班", "电话"]]
    cells = tuple(
        tuple(Cell(f"t!{at}{number}", value) for at, value in zip("ABCD", row, strict=True))
        for number, row in enumerate(head + rows, start=1)
    )
    asked = Asked(Month(2026, 8), "fxb")
    claims = read_claims((Grid("t", cells),), example(), asked, "t.xlsx")
    compare(claims.slots, example().roster, now=LONG_AGO)
    assert all(fault.where.startswith("t!") for fault in claims.faults)


OFFICERS = [person.id for person in example().people if person.unit == "fxb"]


@settings(max_examples=10)
@given(st.dictionaries(st.integers(1, 31), st.sampled_from(OFFICERS)))
def test_any_table_comes_back_from_its_csv_unchanged(table: dict[int, str]) -> None:
    district = example()
    entries = tuple(
        TableEntry("fxb-officer", date(2026, 8, day), person) for day, person in table.items()
    )
    roster = replace(district.roster, table=entries)
    text = plain.as_csv(drawing.draw(district, roster, 2026, 8, {"fxb"}))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.csv"
        path.write_text(text, encoding="utf-8", newline="")
        claims = read_claims(workbook.read(path), district, Asked(), path.name)
    found = compare(claims.slots, roster, now=LONG_AGO)
    assert (claims.faults, found.changes) == ([], ())
