"""What a cell must not be taken for: each trap is named with its cell, or read right."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from fangxun.core.roster import Override, OverrideKind
from fangxun.core.timeline import Span
from fangxun.sheet.days import Month, month_in, read_days
from fangxun.sheet.grid import Cell
from tests.sheet.office import LONG_AGO, Office, said

HEAD = ["日期", "主班", "副班", "带班领导"]


def one(office: Office, *cells: object, head: list[str] | None = None) -> Path:
    """A table of one line."""
    return office.book(("8月", [head or HEAD, list(cells)]))


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("2026-08-03", (3,)), ("2026年8月3日", (3,)), ("2026.8.3", (3,)), ("8月3号", (3,)),
        ("8.3", (3,)), ("８／３", (3,)), ("3日（星期一）", (3,)), ("3", (3,)), (3, (3,)),
        (46237, (3,)), ("8月3日 08:00", (3,)), ("8月3日-5日", (3, 4, 5)), ("3-5日", (3, 4, 5)),
        ("8.3—8.5", (3, 4, 5)), ("8月3日至8月5日", (3, 4, 5)), ("8-3", (3,)), ("八月三日", (3,)),
        (3.0, (3,)), (date(2026, 8, 3), (3,)), (None, ()), ("", ()),
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_form_of_the_office(value: object, days: tuple[int, ...]) -> None:
    found = read_days(Cell("A3", value), Month(2026, 8))  # type: ignore[arg-type]  # values of a cell
    assert found == tuple(date(2026, 8, day) for day in days)


@pytest.mark.parametrize(
    ("words", "month"),
    [
        ("2026年8月值班表", (2026, 8)), ("二〇二六年十二月", (2026, 12)), ("8月份", (0, 8)),
        ("2026-08", (2026, 8)), ("十月", (0, 10)), ("值班表2026", (2026, 0)), ("Sheet1", (0, 0)),
        ("二〇二六年十月", (2026, 10)),
    ],
)  # fmt: skip
def test_a_title_says_which_month_it_is(words: str, month: tuple[int, int]) -> None:
    assert month_in(words) == Month(*month)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("2026-02-30", "A2: “2026-02-30” is no date"),
        ("明天", "A2: “明天” is no date"),
        (8.1, "A2: 8.1 is a number that may be two dates"),
        ("=TODAY()", "A2: the formula =TODAY() has no value in the file"),
        (None, "A2: the date is missing beside “竹小满”"),
        ("9999-12-31", "A2: “9999-12-31” is no date"),
        (date(1930, 1, 1), "A2: “1930-01-01” is no date"),
        ("2026年9月31日", "A2: “2026年9月31日” is no date"),
    ],
)
def test_a_date_that_is_none_is_named_with_its_cell(
    value: object, fault: str, office: Office
) -> None:
    found = office.read(one(office, value, "竹小满"), month="")
    assert said(found.faults)[0].startswith(f"8月!{fault}")
    assert found.files == {}


def test_a_weekday_of_another_month_is_a_fault_and_a_holiday_s_name_is_none(
    office: Office,
) -> None:
    head = ["日期", "星期", "主班"]
    wrong = office.read(one(office, "2026-08-03", "二", "柳问桥", head=head))
    assert said(wrong.faults) == [
        "8月!B2: 2026-08-03 is not a “二”; is this the table of another month?"
    ]
    holiday = office.read(one(office, "2026-08-03", "建军节", "柳问桥", head=head))
    assert (holiday.faults, len(holiday.compared.changes)) == ((), 1)


def test_a_day_number_without_any_month_is_asked(office: Office) -> None:
    path = office.book(("表", [HEAD, [3, "柳问桥"]]))
    (fault,) = office.read(path).faults
    assert "say it with --month 2026-07" in str(fault)


def test_nobody_knows_whose_table_it_is(office: Office) -> None:
    found = office.read(one(office, "2026-08-03", "柳问桥"), unit="")
    assert "say it with --unit" in said(found.faults)[0]


def twins(office: Office) -> None:
    """The clerk and somebody of a town have the same name."""
    path = office.folder / "people.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("柳问桥", "谷回音"), encoding="utf-8")


@pytest.mark.parametrize(
    ("cell", "person"),
    [
        ("谷回音 +86 100 0000 0112", "liu-wenqiao"), ("谷回音+8610000000146", "gu-huiyin"),
        ("谷回音（甲子村党支部书记）", "gu-huiyin"), ("谷回音(gu-huiyin)", "gu-huiyin"),
        ("liu-wenqiao", "liu-wenqiao"),
    ],
)  # fmt: skip
def test_a_number_or_title_beside_a_name_of_two_decides(
    cell: str, person: str, office: Office
) -> None:
    twins(office)
    (change,) = office.read(one(office, "2026-08-03", cell)).compared.changes
    assert change.after == (person,)


def test_a_column_of_numbers_decides_by_its_position(office: Office) -> None:
    twins(office)
    head = ["日期", "主班", "联系电话", "副班"]
    row = ("2026-08-03", "谷回音", "+86 100 0000 0146", "谷回音")
    found = office.read(one(office, *row, head=head))
    assert [c.after for c in found.compared.changes] == [("gu-huiyin",)]
    assert [str(f).partition(":")[0] for f in found.faults] == ["8月!D2"]


def test_a_name_of_two_people_is_asked_never_guessed(office: Office) -> None:
    """Though one of them belongs to the unit."""
    twins(office)
    path = one(office, "2026-08-03", "谷回音")
    found = office.read(path)
    (fault,) = said(found.faults)
    assert fault == (
        "8月!B2: “谷回音” is the name of several people; say who: --as 谷回音=liu-wenqiao (fxb), "
        "--as 谷回音=gu-huiyin (shangyun-gov)"
    )
    (change,) = office.read(path, 谷回音="gu-huiyin").compared.changes
    assert change.after == ("gu-huiyin",)


def test_a_number_of_somebody_else_beside_a_name_is_a_fault(office: Office) -> None:
    found = office.read(one(office, "2026-08-03", "柳问桥 +86 100 0000 0113"))
    assert "the number beside “柳问桥” is zhu-xiaoman's" in said(found.faults)[0]


@pytest.mark.parametrize(
    "cell", ["竹小满、柳问桥", "竹小满/柳问桥", "竹小满 柳问桥", "竹小满\n柳问桥", "竹小满和柳问桥",
             "竹小满 值班员；柳问桥", "竹小满，柳问桥", "竹小满 泵常转 柳问桥"],
)  # fmt: skip
def test_several_names_stand_together_where_the_post_has_seats(cell: str, office: Office) -> None:
    names = cell.count("泵常转") + 2
    path = one(office, "2026-08-03", cell)
    (fault,) = office.read(path).faults
    assert f"8月!B2: {names} people stand on 主班" in str(fault)
    posts = office.folder / "posts.toml"
    text = posts.read_text(encoding="utf-8")
    posts.write_text(
        text.replace('id = "fxb-officer"', 'id = "fxb-officer"\nseats = 3', 1), encoding="utf-8"
    )
    office.taken(path)
    assert {"zhu-xiaoman", "liu-wenqiao"} <= set(office.table()["2026-08-03"].split())


def test_sections_of_a_day_are_read_from_a_column_and_from_heads(office: Office) -> None:
    lines = [["日期", "班次", "值班员"], ["2026-08-03", "白班", "泵常转"], [None, "夜班", "井盖明"]]
    by_column = office.read(office.book(("8月", lines)), unit="jiedao-office")
    assert [(c.slot.section, c.after) for c in by_column.compared.changes] == [
        ("day", ("beng-changzhuan",)), ("night", ("jing-gaiming",)),
    ]  # fmt: skip
    head = ["日期", "白班（8:30-17:30）", "夜班"]
    by_head = office.read(
        one(office, "2026-08-03", "泵常转", "井盖明", head=head), unit="jiedao-office"
    )
    assert {(c.slot, c.after) for c in by_head.compared.changes} == {
        (c.slot, c.after) for c in by_column.compared.changes
    }


def test_a_head_that_could_be_two_posts_is_asked(office: Office) -> None:
    head = ["日期", "备勤"]
    posts = office.folder / "posts.toml"
    text = posts.read_text(encoding="utf-8").replace('stands_from = "orange"', "")
    posts.write_text(text, encoding="utf-8")
    path = one(office, "2026-08-03", "松处暑", head=head)
    (fault,) = office.read(path).faults
    assert str(fault).startswith("8月!B1: “备勤” is no post of fxb, or could be several")
    assert "--as 备勤=fxb-standby" in str(fault)
    assert office.read(path, 备勤="fxb-standby").faults == ()


def test_an_empty_cell_takes_a_day_out_of_the_duty_table(office: Office) -> None:
    """And the rotation counts again; other cells of its line stay."""
    path = one(office, "2026-07-03", None, "梅大雪", "石见川")
    before = office.table("fxb-officer", "2026-07")
    found = office.taken(path)
    assert [(c.what.value, c.after) for c in found.compared.changes] == [("removed", ())]
    after = office.table("fxb-officer", "2026-07")
    assert before.keys() - after.keys() == {"2026-07-03"}


def test_comments_and_lines_that_do_not_change_stay_byte_by_byte(office: Office) -> None:
    table = office.folder / "duty" / "2026-07.csv"
    before = table.read_bytes().splitlines(keepends=True)
    office.taken(one(office, "2026-07-03", "柳问桥"))
    after = table.read_bytes().splitlines(keepends=True)
    assert len(after) == len(before)
    changed = [new.decode() for old, new in zip(before, after, strict=True) if old != new]
    assert changed == ["2026-07-03,五,fxb,柳问桥,,,\n"]


def test_what_has_begun_or_is_over_is_told_and_left_as_it_stood(office: Office) -> None:
    """At noon of the 10th its shift stands since 08:00."""
    now = datetime(2026, 8, 10, 4, tzinfo=UTC)
    lines = [HEAD, *([f"2026-08-{day:02}", "柳问桥"] for day in (3, 10, 11))]
    found = office.read(office.book(("8月", lines)), now=now)
    assert [c.slot.day.day for c in found.compared.changes] == [11]
    assert [c.slot.day.day for c in found.compared.past] == [3, 10]


def test_lines_of_another_month_than_was_asked_for_are_passed_over_and_said(
    office: Office,
) -> None:
    path = office.book(("表", [HEAD, ["2026-08-31", "柳问桥"], ["2026-09-01", "柳问桥"]]))
    found = office.read(path, month="2026-09")
    assert [c.slot.day.month for c in found.compared.changes] == [9]
    assert found.passed == (("表!A2", "2026-08-31"),)


def test_a_merged_cell_that_is_not_understood_is_told_once(office: Office) -> None:
    lines = [HEAD, *([f"2026-08-{day:02}", None, None, "谁也不是"] for day in range(3, 10))]
    found = office.read(office.book(("8月", lines), merged="D2:D8"))
    assert [fault.where for fault in found.faults] == ["8月!D2"]


def test_faults_beyond_counting_are_counted(office: Office) -> None:
    lines = [["日期", *(["主班"] * 8)]]
    lines += [[f"2026-08-{day:02}", *(["谁也不是"] * 8)] for day in range(1, 31)]
    found = office.read(office.book(("8月", lines)))
    assert str(found.faults[-1]).endswith("and 40 more faults; mend these first")


def test_an_old_file_does_not_undo_a_cover(office: Office) -> None:
    """It says whose turn it was; a third name changes the table, and the cover goes on."""
    day = Span(datetime(2026, 8, 3, tzinfo=UTC), datetime(2026, 8, 4, tzinfo=UTC))
    whom = office.stands("fxb-officer")["2026-08-03"]
    cover = Override(
        1, OverrideKind.COVER, "fxb-officer", day, "liu-wenqiao", whom, "病假", "x", LONG_AGO
    )
    for cell in (whom, "liu-wenqiao"):
        found = office.read(one(office, "2026-08-03", cell), overrides=(cover,))
        assert found.compared.changes == ()
    (change,) = office.read(
        one(office, "2026-08-03", "谷回音"), overrides=(cover,)
    ).compared.changes
    assert change.overridden


def test_a_day_that_stands_in_another_file_is_changed_there(office: Office) -> None:
    other = office.folder / "duty" / "towns.csv"
    other.write_text("日期,单位,主班\n2026-08-03,上云镇人民政府,石径斜\n", encoding="utf-8")
    path = one(office, "2026-08-03", "松间月", head=["日期", "值班"])
    found = office.taken(path, unit="shangyun-gov")
    assert list(found.files) == ["duty/towns.csv"]
    assert office.table("shangyun-officer") == {"2026-08-03": "song-jianyue"}


def test_a_sheet_without_a_table_alone_is_a_fault(office: Office) -> None:
    (fault,) = office.read(office.book(("说明", [["值班须知"], ["保持电话畅通"]]))).faults
    assert "no duty table was found" in str(fault)


def test_several_shifts_of_one_cell_are_read_by_their_labels(office: Office) -> None:
    """The part of the day as offices shorten it, with its hours or without."""
    for cell in (
        "白：泵常转 夜：井盖明",
        "白班(8:30-17:30)：泵常转\n夜班:井盖明",
        "夜:井盖明,白:泵常转",
    ):
        path = one(office, "2026-08-03", cell, head=["日期", "值班员"])
        changes = office.read(path, unit="jiedao-office").compared.changes
        assert {(c.slot.section, c.after, c.where) for c in changes} == {
            ("day", ("beng-changzhuan",), "8月!B2"), ("night", ("jing-gaiming",), "8月!B2"),
        }  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("白：泵常转 夜：谁也不是", "8月!B2: “谁也不是” is nobody"),
        ("泵常转 夜：井盖明", "8月!B2: “泵常转” stands before the first label"),
        ("白：泵常转夜：井盖明", "8月!B2: “泵常转夜” is nobody"),
        ("早：泵常转 夜：井盖明", "8月!B1: the post jiedao-officer has no section morning"),
    ],
)
def test_a_shift_of_a_cell_that_is_none_is_named(cell: str, fault: str, office: Office) -> None:
    """No half of such a cell is written."""
    path = one(office, "2026-08-03", cell, head=["日期", "值班员"])
    found = office.read(path, unit="jiedao-office")
    assert said(found.faults)[0].startswith(fault)
    assert found.files == {}


def test_a_calendar_of_another_month_is_a_fault_for_its_weekdays(office: Office) -> None:
    rows = [["2026年9月"], list("一二三四五六日"), [3, None], ["柳问桥"]]
    (fault,) = said(office.read(office.book(("表", rows))).faults)
    assert fault == "表!A2: 2026-09-03 is not a “一”; is this the table of another month?"


def test_a_remark_is_passed_over_by_name(office: Office) -> None:
    path = one(office, "2026-08-03", "柳问桥", "调休", head=["日期", "主班", "备注"])
    assert ("8月!C2", "调休") in office.read(path).passed
