"""`fangxun spotcheck` at the desk: now, schedule, list, report, stop."""

from __future__ import annotations

from openpyxl import load_workbook

from tests.cli.conftest import Desk

WHO = ("--actor", "zhu-xiaoman", "--reason", "抽查")


def test_now_names_who_has_until_when_and_stop_ends_it(desk: Desk) -> None:
    said = desk.run("spotcheck", "now", "--unit", "nanjian-gov", *WHO)
    assert "Spot check 1:" in said
    assert [item["state"] for item in desk.json("spotcheck", "list")] == ["running"]
    assert "still runs" in desk.run("spotcheck", "now", *WHO, code=6)
    assert "is ended" in desk.run("spotcheck", "stop", "1", *WHO)
    assert [item["state"] for item in desk.json("spotcheck", "list")] == ["stopped"]
    assert "No spot check 1" in desk.run("spotcheck", "stop", "1", *WHO, code=5)


def test_a_rehearsal_names_who_would_be_paged_and_begins_nothing(desk: Desk) -> None:
    assert "Would page" in desk.run("spotcheck", "now", "--dry-run", *WHO)
    assert desk.json("spotcheck", "list") == []


def test_an_unknown_post_unit_or_month_is_refused(desk: Desk) -> None:
    assert "No post" in desk.run("spotcheck", "now", "--post", "nothing", *WHO, code=5)
    assert "units.csv" in desk.run("spotcheck", "now", "--unit", "nothing", *WHO, code=5)
    assert "2026-07" in desk.run("spotcheck", "report", "--month", "July", code=3)


def test_the_schedule_says_how_many_are_to_come_and_never_when(desk: Desk) -> None:
    assert "no [spot_check]" in desk.run("spotcheck", "schedule")
    plan = desk.folder / "district" / "plan.toml"
    rule = '\n[spot_check]\na_month = 31\nfrom = "00:00"\nto = "23:59"\n'
    plan.write_text(plan.read_text("utf-8") + rule, encoding="utf-8")
    desk.run("roster", "apply", "district", "--yes", *WHO)
    desk.storm()
    said = desk.said("spotcheck", "schedule")
    assert said["rule"]["a_month"] == 31
    assert said["past"] == []
    assert "from 00:00 to 23:59, to be confirmed within 10 minutes" in desk.run(
        "spotcheck", "schedule"
    )


def test_the_month_is_told_by_name_and_unit_on_the_screen_and_as_files(desk: Desk) -> None:
    desk.run("spotcheck", "now", "--unit", "nanjian-gov", *WHO)
    said = desk.run("spotcheck", "report")
    assert "By name" in said
    assert "南涧镇人民政府" in said
    desk.run("spotcheck", "report", "--xlsx", "--to", "month.xlsx")
    book = load_workbook(desk.folder / "month.xlsx")
    assert book.sheetnames == ["By name", "By unit", "Each check"]
    desk.run("spotcheck", "report", "--html", "--to", "month.html")
    page = (desk.folder / "month.html").read_text("utf-8")
    assert "<script" not in page
    assert "南涧镇人民政府" in page
    assert "written as one of" in desk.run("spotcheck", "report", "--to", "month.pdf", code=3)
