"""The report as it is asked for, and the correction as it is approved."""

from __future__ import annotations

import json
from itertools import count

import pytest
from openpyxl import load_workbook

from fangxun import clock
from fangxun.core.plan import Channel
from fangxun.engine import cycle
from fangxun.engine.parts import Parts
from tests.cli.conftest import Desk
from tests.scenario.room import Phones

CHIEF = ("--actor", "柳问桥", "--reason", "the gauge was faulty")
OFFICER = ("--actor", "zhu-xiaoman", "--reason", "the dam keeper phoned")


@pytest.fixture
def stormy(desk: Desk) -> Desk:
    """A place raised by hand, and the daemon's one cycle that pages for it."""
    desk.run("incident", "raise", "上云镇", "orange", *OFFICER)
    opened, tokens = desk.store(), count(1)
    try:
        parts = Parts(
            store=opened, feeds={}, gateways=(Phones("sms", [Channel.SMS]),),
            token=lambda _bits: f"{next(tokens):032x}", clock=clock.now,
        )  # fmt: skip
        assert not cycle.cycle(parts, now=clock.now()).failed
    finally:
        opened.close()
    return desk


def test_the_report_on_the_terminal_names_people_units_and_the_zone(stormy: Desk) -> None:
    """Nobody has confirmed yet: the page is open, and so it says."""
    said = stormy.run("incident", "report", "1")
    for word in ("云出岫", "open", "By unit", "上云镇人民政府", "Asia/Shanghai (UTC+08:00)"):
        assert word in said


def test_the_report_speaks_json_with_every_attempt_and_masked_numbers(stormy: Desk) -> None:
    """For programs of others; a number stands in no report."""
    said = stormy.run("incident", "report", "1", "--json")
    found = json.loads(said)
    (row,) = [r for r in found["after"]["rows"] if r["person"] == "yun-chuxiu"]
    (attempt,) = row["tries"]
    assert attempt["state"] == "queued"
    assert "****" in attempt["number"]
    assert "+86100" not in said.replace("+86100****", "")


def test_a_file_is_written_for_its_owner_only_and_named_after_the_incident(stormy: Desk) -> None:
    """Both kinds at once; written anew over the last one."""
    for _twice in range(2):
        said = stormy.run("incident", "report", "1", "--html", "--xlsx")
    for name in ("incident-1.html", "incident-1.xlsx"):
        assert name in said
        assert (stormy.folder / name).stat().st_mode & 0o777 == 0o600
    assert "云出岫" in (stormy.folder / "incident-1.html").read_text("utf-8")
    assert load_workbook(stormy.folder / "incident-1.xlsx").sheetnames[0] == "Summary"
    assert not list(stormy.folder.glob(".incident*"))


def test_a_file_s_name_says_its_kind(stormy: Desk) -> None:
    """Another name, another folder; a kind that there is not is refused by name."""
    (stormy.folder / "out").mkdir()
    stormy.run("incident", "report", "1", "--to", "out/storm.json")
    assert json.loads((stormy.folder / "out" / "storm.json").read_text("utf-8"))["incidents"]
    assert ".xlsx" in stormy.run("incident", "report", "1", "--to", "storm.pdf", code=3)
    assert "nowhere" in stormy.run("incident", "report", "1", "--to", "nowhere/x.html", code=3)
    stormy.run("incident", "report", "7", "--html", code=5)


def test_a_correction_is_rehearsed_with_the_names_of_those_who_would_get_it(stormy: Desk) -> None:
    """And with how many pages would go on ringing; nothing is kept."""
    before = stormy.lines()
    words = ("incident", "correct", "1", "--text", "the gauge was faulty", "--place", "上云镇")
    said = stormy.run(*words, "--dry-run", *CHIEF)
    assert "云出岫" in said
    assert "still open" in said
    assert "Nothing was changed." in said
    assert stormy.lines() == before
    assert "柳问桥" in stormy.run(*words, *OFFICER, code=4)
    stormy.run(*words, *CHIEF)
    entry = stormy.lines()[-1].entry
    assert (entry.event.value, entry.actor) == ("corrected", "liu-wenqiao")
    assert "yun-chuxiu" in str(dict(entry.data)["told"])
