"""`fangxun roster show --month`: a calendar that fits a terminal, and a page that prints."""

from __future__ import annotations

import re
import stat

import pytest

from fangxun import text
from fangxun.text.places import fitted, width
from tests.cli.conftest import Desk

MONTH = ("roster", "show", "--month", "2026-07")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_line_fits_80_columns_and_every_day_is_there(desk: Desk, language: str) -> None:
    text.install(language)
    said = desk.run(*MONTH)
    assert max(width(line) for line in said.splitlines()) < 80
    heads = [line for line in said.splitlines() if re.match(r" {2} +\d{1,2}\b", line)]
    assert re.findall(r"\b\d{1,2}\b", " ".join(heads)) == [str(n) for n in range(1, 32)]
    assert "竹小满" in said


def test_days_stand_below_their_weekday(desk: Desk) -> None:
    """1 July 2026 is a Wednesday; a Chinese name before it takes two places a character."""
    lines = desk.run(*MONTH).splitlines()
    heads = next(line for line in lines if "Wed" in line)
    first = next(line for line in lines if line.strip().startswith("1"))
    assert heads.index("Wed") == first.index("1")


def test_a_cover_is_marked_and_a_unit_has_a_month_of_its_own(desk: Desk) -> None:
    assert "*" not in desk.run(*MONTH).replace("* stands", "")
    desk.run(
        "roster", "cover", "--post", "fxb-officer", "--who", "江有声", "--from", "2199-07-03T09:00",
        "--to", "2199-07-03T20:00", "-r", "ill", "--actor", "zhu-xiaoman",
    )  # fmt: skip
    assert "~" in desk.run("roster", "show", "--month", "2199-07"), "two names are cut, and say so"
    found = desk.said("roster", "show", "--month", "2199-07")
    third = next(
        day for week in found["weeks"] for day in week if day and day["day"] == "2199-07-03"
    )
    assert any(one["covers"] for cell in third["cells"] for one in cell)
    assert desk.run(*MONTH, "--unit", "上云镇人民政府").splitlines()[0].startswith("上云镇")


def test_the_page_is_for_a4_and_names_the_same_people(desk: Desk) -> None:
    said = desk.run(*MONTH, "--html", "--to", "july.html")
    path = desk.folder / "july.html"
    assert "july.html" in said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    page = path.read_text("utf-8")
    assert "A4 landscape" in page
    assert page.count("<b>") == 31
    assert "竹小满" in page


@pytest.mark.parametrize("month", ["July", "2026-13", "1066-10", "2026-07-01"])
def test_what_is_no_month_is_named(desk: Desk, month: str) -> None:
    assert month in desk.run("roster", "show", "--month", month, code=3)


@pytest.mark.parametrize("room", range(2, 12))
def test_a_name_takes_exactly_its_room(room: int) -> None:
    for name in ("", "a", "竹小满", "欧阳竹小满", "竹a满b", "竹小满/云出岫"):
        assert width(fitted(name, room)) == room
