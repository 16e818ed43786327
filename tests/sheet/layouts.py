"""Nineteen ways in which offices draw the same month, each with its traps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from tests.sheet.office import FXB, Office, august, deputy, kept_values, leader, officer

WEEK = "一二三四五六日"
PHONES = {"荷立夏": "0119", "竹小满": "0113", "桑清明": "0115", "麦谷雨": "0117"}


def wide(text: str) -> str:
    return text.translate({ord("0") + n: ord("０") + n for n in range(10)})


def phone(name: str) -> str:
    return f"+86 100 0000 {PHONES[name]}"


def week(day: date) -> str:
    return WEEK[day.weekday()]


def plain(office: Office) -> Path:
    """A title, the header in row 2, Excel dates, a column for remarks, a footer."""
    rows = [["2026年8月值班表"], ["日期", "星期", "带班领导", "主班", "副班", "备注"]]
    rows += [[d, f"星期{week(d)}", leader(d), officer(d), deputy(d), ""] for d in august()]
    rows += [["值班电话：+86 100 0000 0001"], ["填表人：竹小满", None, None, "审核人：石见川"]]
    return office.book(("8月", rows), merged="A1:F1 A34:F34")


def merged_leader(office: Office) -> Path:
    """The leader's cell merged down his week; header in row 3; two-digit day numbers alone."""
    rows = [["云溪区防汛值班安排"], ["（二〇二六年八月）"], ["日", "值班领导", "值班员", "副班"]]
    rows += [
        [d.day, leader(d) if d.day % 7 == 1 else None, officer(d), deputy(d)] for d in august()
    ]
    return office.book(
        ("Sheet1", rows), merged="A1:D1 A2:D2 B4:B10 B11:B17 B18:B24 B25:B31 B32:B34"
    )


def other_order(office: Office) -> Path:
    """Columns in another order and under other names, dates as text without a year."""
    rows = [["序号", "值班人员(主班)", "协班", "带 班 领 导", "值班日期"]]
    rows += [
        [n, officer(d), deputy(d), leader(d), f"{d.month}月{d.day}日（周{week(d)}）"]
        for n, d in enumerate(august(), start=1)
    ]
    return office.book(("2026年8月", rows))


def phones_in_cells(office: Office) -> Path:
    """ "姓名 电话" in one cell: grown together, in brackets, on a line of its own, two numbers."""
    forms = (
        "{name} {phone}", "{name}({phone})", "{name}\n{phone}", "{name}{phone}",
        "{name} {phone} / +86 100 0000 0120" , "{name}：{phone}",
    )  # fmt: skip
    rows: list[list[object]] = [["2026年8月"], ["日期", "值班", "副班", "带班"]]
    for d in august():
        form = forms[d.day % 6]
        if "0120" in form and officer(d) != "荷立夏":
            form = forms[0]
        told = form.format(name=officer(d), phone=phone(officer(d)))
        rows.append([f"2026.8.{d.day}", told, deputy(d), leader(d)])
    return office.book(("Sheet1", rows))


def full_width(office: Office) -> Path:
    """Full-width digits and blanks within names and headings."""
    rows = [["２０２６年８月"], ["日　期", "主　班", "副　班", "带班领导"]]
    rows += [
        [wide(f"{d.month}月{d.day}日"), "　".join(officer(d)), " ".join(deputy(d)), leader(d)]
        for d in august()
    ]
    return office.book(("表", rows))


def two_lines_of_header(office: Office) -> Path:
    """A header of two lines: 值班人员 over 主班 and 副班, 带班领导 over 姓名 and 职务 and 电话."""
    rows = [
        ["2026年8月值班表"],
        ["日期", "带班领导", None, None, "值班人员", None, "联系电话"],
        [None, "姓名", "职务", "电话", "主班", "副班", None],
    ]
    rows += [
        [d, leader(d), "领导", "+86 100 0000 0105", officer(d), deputy(d), ""] for d in august()
    ]
    return office.book(("8月", rows), merged="A1:G1 A2:A3 B2:D2 E2:F2 G2:G3")


def side_by_side(office: Office) -> Path:
    """The 1st to the 16th on the left, the rest on the right."""
    head = ["日期", "主班", "副班", "带班领导"]
    days = august()
    rows: list[list[object]] = [["2026年8月"], head + head]
    for left, right in zip(days[:16], [*days[16:], None], strict=True):
        row: list[object] = [left.day, officer(left), deputy(left), leader(left)]
        row += [right.day, officer(right), deputy(right), leader(right)] if right else [None] * 4
        rows.append(row)
    return office.book(("8月", rows))


def turned_round(office: Office) -> Path:
    """The days along the top, a line for each post."""
    days = august()
    rows = [
        ["2026年8月"],
        ["日期", *(d.day for d in days)],
        ["星期", *(week(d) for d in days)],
        ["带班领导", *(leader(d) for d in days)],
        ["主班", *(officer(d) for d in days)],
        ["副班", *(deputy(d) for d in days)],
    ]
    return office.book(("8月", rows))


def formulas(office: Office) -> Path:
    """Dates that count on from the first, with and without the values that programs keep."""
    rows: list[list[object]] = [["日期", "星期", "主班", "副班", "带班领导"]]
    for n, d in enumerate(august(), start=2):
        first = d if n == 2 else f"=A{n - 1}+1"
        rows.append([first, f'=TEXT(A{n},"aaaa")', officer(d), deputy(d), leader(d)])
    rows[5][2] = '=IF(1,"x","y")'
    return kept_values(office.book(("8月", rows)), {"C6": officer(date(2026, 8, 5))})


def holiday_names(office: Office) -> Path:
    """Serial numbers instead of dates, a holiday's name instead of the weekday, titles in cells."""
    rows: list[list[object]] = [["日期", "星期", "主班", "副班", "带班领导"]]
    for d in august():
        serial = (d - date(1899, 12, 30)).days
        name = "建军节" if d.day == 1 else week(d)
        rows.append([serial, name, f"{officer(d)} 值班员", f"{deputy(d)}（副班）", leader(d)])
    return office.book(("8月", rows))


def ranges(office: Office) -> Path:
    """Weeks in the lines of the leaders, days in those of the others: two sheets of a month."""
    weeks: list[list[object]] = [["日期", "带班领导"]]
    for first in (1, 8, 15, 22, 29):
        last = min(first + 6, 31)
        between = ("-8月", "至", "—8月")[first % 3]
        weeks.append([f"8月{first}日{between}{last}日", leader(date(2026, 8, first))])
    days = [["2026年8月"], ["时间", "值班员", "副值"]]
    days += [[f"{d.day}日", officer(d), deputy(d)] for d in august()]
    return office.book(("2026年8月带班", weeks), ("8月值班", days))


def months_in_sheets(office: Office) -> Path:
    """A sheet a month, one that holds no table, and one of next month that is not finished."""
    rows = [["日期", "主班", "副班", "带班领导"]]
    later = [*rows, [1, "谁也不是", "", ""]]
    rows += [[d.day, officer(d), deputy(d), leader(d)] for d in august()]
    notes = [["说明"], ["值班人员须坚守岗位"]]
    return office.book(("9月", later), ("8月", rows), ("说明", notes))


def csv_of_the_office(office: Office) -> Path:
    """A CSV that an office program saved as GB18030, with semicolons."""
    lines = [f"{FXB};;;", "日期;主班;副班;带班领导"]
    lines += [f"{d.year}/{d.month}/{d.day};{officer(d)};{deputy(d)};{leader(d)}" for d in august()]
    return office.text("2026-08.csv", "\r\n".join(lines).encode("gb18030"))


def pages(office: Office) -> Path:
    """The header again on each page, a week's heading and blank lines between."""
    head = ["日期", "星期", "主班", "副班", "带班领导"]
    rows: list[list[object]] = [["2026年8月"], list(head)]
    for d in august():
        if d.day in {8, 15, 22, 29}:
            rows += [[], [f"第{d.day // 7 + 1}周"], list(head)]
        rows.append([f"8/{d.day}", f"周{week(d)}", officer(d), deputy(d), leader(d)])
    return office.book(("8月", rows))


def unit_column(office: Office) -> Path:
    """A line for each unit and day, the day merged over them."""
    rows: list[list[object]] = [["日期", "单位", "带班领导", "值班员", "副班"]]
    for d in august():
        rows.append([d, FXB, leader(d), officer(d), deputy(d)])
        rows.append([None, "上云镇人民政府", "云出岫", "石径斜", None])
    merged = " ".join(f"A{n}:A{n + 1}" for n in range(2, 64, 2))
    return office.book(("8月", rows), merged=merged)


def far_down(office: Office) -> Path:
    """A table that begins in column D and line 5; one heading for two kinds of post."""
    rows: list[list[object]] = [[], [], [], []]
    rows.append([None, None, None, "日期", "带班领导", "值班(主班)", "副班/备班"])
    rows += [[None, None, None, d, leader(d), officer(d), deputy(d)] for d in august()]
    return office.book(("8月", rows))


def calendar_of_weeks(office: Office) -> Path:
    """A calendar: weekdays along the top, day numbers, below them a line for each post; the days
    of the neighbouring months with their own people, the leader merged over his days, a footer."""
    rows: list[list[object]] = [["2026年8月值班表"], [None, *(f"星期{day}" for day in WEEK)]]
    merged = "A1:H1"
    first = date(2026, 7, 27)
    for week_of in range(6):
        days = [first + timedelta(days=week_of * 7 + n) for n in range(7)]
        out = [d.month != 8 for d in days]
        rows.append([None, *(d.day for d in days)])
        for label, who in (("带班领导", leader), ("主班", officer), ("副班", deputy)):
            names = ["谁也不是" if gone else who(d) for d, gone in zip(days, out, strict=True)]
            rows.append([label, *names])
    rows += [["注：值班人员须坚守岗位"]]
    merged += f" A{len(rows)}:H{len(rows)}"
    return office.book(("8月", rows), merged=merged)


def calendar_of_cells(office: Office) -> Path:
    """A calendar that begins on Sunday, number and people in one cell with their labels."""
    rows: list[list[object]] = [["2026年8月"], ["日", "一", "二", "三", "四", "五", "六"]]
    line: list[object] = [None] * 6
    for d in august():
        told = f"带班：{leader(d)}\n主班：{officer(d)}、副班：{deputy(d)}"
        line.append(f"{d.day}日\n{told}" if d.day % 2 else f"{d.day} {told}")
        if len(line) == 7:
            rows.append(line)
            line = []
    rows += [line, [], ["值班电话：+86 100 0000 0001"]]
    return office.book(("Sheet1", rows))


def all_in_one_cell(office: Office) -> Path:
    """One column for all that stand, each behind what they are."""
    rows: list[list[object]] = [["2026年8月"], ["日期", "值班安排", "备注"]]
    for d in august():
        told = f"主班：{officer(d)}  副班：{deputy(d)}；带班领导：{leader(d)}"
        rows.append([d.day, told, "防汛检查" if d.day == 5 else None])
    return office.book(("8月", rows))


LAYOUTS: tuple[Callable[[Office], Path], ...] = (
    plain, merged_leader, other_order, phones_in_cells, full_width, two_lines_of_header,
    side_by_side, turned_round, formulas, holiday_names, ranges, months_in_sheets,
    csv_of_the_office, pages, unit_column, far_down, calendar_of_weeks, calendar_of_cells,
    all_in_one_cell,
)  # fmt: skip
