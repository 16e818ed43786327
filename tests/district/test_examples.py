"""Example and template as a user gets them; holidays as the command seeds them."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fangxun import district
from fangxun.core.errors import Conflict, Refused
from fangxun.core.findings import findings
from fangxun.core.roster import FindingKind
from fangxun.core.timeline import Span


def test_the_written_example_is_the_example(tmp_path: Path) -> None:
    """Into a folder that is not there yet, with all its files, comments and all."""
    dest = district.write_example(tmp_path / "new" / "yunxi")
    assert district.read(dest) == district.read(district.example_path())
    for path in district.example_path().rglob("*"):
        if path.is_file():
            copy = dest / path.relative_to(district.example_path())
            assert copy.read_bytes() == path.read_bytes()


def test_the_written_template_reads_and_explains_itself(tmp_path: Path) -> None:
    """A small district with one town; every file begins with an explanation."""
    dest = district.write_template(tmp_path)
    assert len(district.read(dest).areas) == 2
    for path in [*dest.glob("*.csv"), *dest.glob("*.toml")]:
        assert path.read_text(encoding="utf-8").startswith("# ")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A folder that holds something is left alone."""
    (tmp_path / "note.txt").write_text("mine")
    for write in (district.write_example, district.write_template):
        with pytest.raises(Conflict, match="not empty"):
            write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_every_key_of_the_plan_is_explained_in_the_example() -> None:
    """A key that the reader knows and the comments do not would be found by nobody."""
    for file in ("plan.toml", "posts.toml", "rotations.toml"):
        text = (district.example_path() / file).read_text(encoding="utf-8")
        said = "\n".join(line for line in text.splitlines() if line.startswith("#"))
        for line in text.splitlines():
            key = line.partition(" = ")[0]
            if " = " in line and key.isidentifier() and key not in {"steps", "alert", "response"}:
                assert key in said, (file, key)


def test_the_watch_of_the_example_has_no_hole_in_two_years() -> None:
    """2026 and 2027, every post of every unit, nobody in two places; 2027 has no holidays yet."""
    yunxi = district.read(district.example_path())
    zone = ZoneInfo(yunxi.roster.zone)
    span = Span(datetime(2026, 1, 1, tzinfo=zone), datetime(2028, 1, 1, tzinfo=zone))
    found = findings(yunxi.roster, frozenset(one.id for one in yunxi.people), span)
    assert {finding.kind for finding in found} - {FindingKind.UNFAIR} == {
        FindingKind.UNPUBLISHED_YEAR
    }


@pytest.mark.parametrize("month", range(1, 12))
def test_a_month_of_the_example_has_nothing_wrong(month: int) -> None:
    """Alternate days, weekly leaders, a cursor for each day type: none of it is a finding."""
    yunxi = district.read(district.example_path())
    start = datetime(2026, month, 5, tzinfo=ZoneInfo(yunxi.roster.zone))
    span = Span(start, start + timedelta(days=30))
    assert findings(yunxi.roster, frozenset(one.id for one in yunxi.people), span) == ()


def test_seeded_holidays_are_the_notice_of_the_state_council(tmp_path: Path) -> None:
    """2026: 元旦 1-3 January, 春节 15-23 February, 国庆 1-7 October, and six make-up workdays."""
    path = district.seed_holidays(2026, tmp_path)
    assert path == tmp_path / "holidays" / "2026.csv"
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    days = [line.split(",") for line in lines]
    off = {day for day, kind, _ in days if kind == "HOLIDAY"}
    assert {f"2026-02-{day}" for day in range(15, 24)} <= off
    assert {f"2026-10-0{day}" for day in range(1, 8)} <= off
    assert {day for day in off if day.startswith("2026-01")} == {
        "2026-01-01", "2026-01-02", "2026-01-03",
    }  # fmt: skip
    assert len(off) == 33
    assert [day for day, kind, _ in days if kind == "MAKEUP"] == [
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
    ]  # fmt: skip


def test_the_example_has_the_seeded_holidays(tmp_path: Path) -> None:
    """The shipped table is what the command writes."""
    seeded = district.seed_holidays(2026, tmp_path).read_bytes()
    assert (district.example_path() / "holidays/2026.csv").read_bytes() == seeded


@pytest.mark.parametrize("year", [2030, 1950])
def test_a_year_without_a_notice_is_said_loudly(tmp_path: Path, year: int) -> None:
    """No guess without make-up workdays is ever written."""
    with pytest.raises(Refused, match=str(year)):
        district.seed_holidays(year, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_table_that_is_there_is_not_seeded_over(tmp_path: Path) -> None:
    """It may have been mended by hand."""
    district.seed_holidays(2026, tmp_path)
    with pytest.raises(Conflict, match="is there already"):
        district.seed_holidays(2026, tmp_path)


def test_importing_the_reader_loads_nothing_heavy() -> None:
    """`holidays` and `phonenumbers` are loaded where used."""
    code = (
        "import sys, fangxun.district; "
        "print([m for m in ('holidays', 'phonenumbers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
