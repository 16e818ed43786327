"""`fangxun exercise` at the desk: start, list, show, stop, report."""

from __future__ import annotations

import json

from openpyxl import load_workbook

from tests.cli.conftest import Desk

WHO = ("--actor", "zhu-xiaoman", "--reason", "before the season")


def show(desk: Desk, number: int = 1) -> dict[str, object]:
    found: dict[str, object] = json.loads(desk.run("exercise", "show", str(number), "--json"))
    return found


def test_people_units_and_a_file_are_put_together_each_once(desk: Desk) -> None:
    """Ids and names; a comment and a second cell say nothing."""
    (desk.folder / "list.csv").write_text("﻿# spring\n简长明,镇长\n\nyun-chuxiu\n", encoding="utf-8")
    people = desk.folder / "district" / "people.csv"
    name = next(row for row in people.read_text("utf-8").splitlines() if "jian-changming" in row)
    named = (desk.folder / "list.csv").read_text("utf-8").replace("简长明", name.split(",")[1])
    (desk.folder / "list.csv").write_text(named, encoding="utf-8")
    said = desk.run(
        "exercise", "start", "--people", "yun-chuxiu、竹小满", "--unit", "shangyun-gov",
        "--file", "list.csv", "--level", "orange", *WHO,
    )  # fmt: skip
    assert "Exercise 1 has begun" in said
    found = show(desk)
    pages = found["pages"]
    assert isinstance(pages, list)
    who = [page["person"] for page in pages]
    assert who[:4] == ["yun-chuxiu", "zhu-xiaoman", "jian-changming", "ling-shangqing"]
    assert len(who) == len(set(who))
    assert {(page["kind"], page["level"]) for page in pages} == {("exercise", "orange")}


def test_a_rehearsal_names_who_would_be_paged_and_shows_the_mark(desk: Desk) -> None:
    said = desk.run("exercise", "start", "--people", "yun-chuxiu", "--dry-run", *WHO)
    assert "云出岫" in said
    assert "【演练】" in said
    assert "1000000" not in said, "numbers are masked"
    assert desk.json("exercise", "list") == []


def test_an_unknown_name_a_missing_file_and_nobody_at_all_are_refused(desk: Desk) -> None:
    assert "nobody" in desk.run("exercise", "start", "--people", "nobody", *WHO, code=5)
    assert "units.csv" in desk.run("exercise", "start", "--unit", "nothing", *WHO, code=5)
    assert "none.csv" in desk.run("exercise", "start", "--file", "none.csv", *WHO, code=3)
    assert "Nobody was chosen" in desk.run("exercise", "start", *WHO, code=4)
    (desk.folder / "long.csv").write_text("x" * 100_001)
    assert "too long" in desk.run("exercise", "start", "--file", "long.csv", *WHO, code=3)


def test_its_pages_are_shown_as_an_exercise_and_the_report_names_who_did_not_answer(
    desk: Desk,
) -> None:
    """One confirms at his own account, one does not, then it is stopped."""
    desk.run("exercise", "start", "--people", "yun-chuxiu,ling-shangqing", *WHO)
    assert "exercise 1" in desk.run("page", "list")
    assert "exercise 1: " in desk.run("watch", "--once")
    pages = show(desk)["pages"]
    assert isinstance(pages, list)
    desk.map_account("yun-chuxiu")
    desk.run("page", "ack", str(pages[0]["id"]), "--reason", "here")
    desk.run("exercise", "stop", "1", "--reason", "enough")
    desk.run("exercise", "stop", "1", "--reason", "enough", code=6)
    said = desk.run("exercise", "report", "1")
    assert "1 of 2 have answered" in said
    assert "Did not answer: 岭上青" in said
    assert "half within" in said
    assert "上云镇人民政府" in said
    (row,) = desk.json("exercise", "list")
    assert (row["state"], row["ended_by"]) == ("stopped", "yun-chuxiu")
    report = json.loads(desk.run("exercise", "report", "1", "--json"))
    assert [one["how"] for one in report["after"]["rows"]] == ["cli", None]
    events = [line.entry.event.value for line in desk.lines()]
    assert events.count("exercise_started") == events.count("exercise_ended") == 1


def test_the_terminal_shows_it_apart_and_does_not_ring_even_for_the_duty_officer(
    desk: Desk,
) -> None:
    """No level beside it, and among no pages."""
    desk.lives()
    standing = json.loads(desk.run("watch", "--json"))["standing"]
    officer = next(one["person"] for one in standing if one["role"] == "duty_officer")
    desk.run("exercise", "start", "--people", officer, *WHO)
    seen = json.loads(desk.run("watch", "--json"))
    assert [page["person"] for page in seen["exercise"]] == [officer]
    assert (seen["pages"], seen["alarms"], seen["rings"]) == ([], [], False)
    said = desk.run("watch", "--once").splitlines()
    head = said.index("Exercise, spot check 1")
    assert said[head + 1].split()[1:4:2] == ["open", "-"]
    opened = next(row for row in desk.run("journal", "show").splitlines() if "page 1" in row)
    assert "exercise" in opened.split("[")[0]


def test_its_report_is_written_as_a_page_and_a_workbook_for_its_owner_only(desk: Desk) -> None:
    desk.run("exercise", "start", "--people", "yun-chuxiu", *WHO)
    said = desk.run("exercise", "report", "1", "--html", "--xlsx")
    for name in ("exercise-1.html", "exercise-1.xlsx"):
        assert name in said
        assert (desk.folder / name).stat().st_mode & 0o777 == 0o600
    page = (desk.folder / "exercise-1.html").read_text("utf-8")
    assert "云出岫" in page
    assert "Exercise report" in page
    assert "+86100" not in page.replace("+86100****", "")
    assert load_workbook(desk.folder / "exercise-1.xlsx").sheetnames[0] == "Summary"
    desk.run("exercise", "report", "1", "--to", "spring.json")
    assert json.loads((desk.folder / "spring.json").read_text("utf-8"))["exercise"]["id"] == 1
    desk.run("exercise", "report", "7", "--html", code=5)
