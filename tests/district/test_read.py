"""A district folder as it is read: the example, and folders that are none."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from fangxun import district
from fangxun.core.errors import DistrictFault
from fangxun.core.level import Hazard, Level, ResponseLevel
from fangxun.core.place import Datum, Measure
from fangxun.core.plan import Contact, Group, Owed
from fangxun.core.responsibility import fictional
from fangxun.core.roster import DayType, Role
from fangxun.district.ladders import presets
from tests.district.conftest import Spoil, Told


def test_the_example_is_a_believable_district() -> None:
    """Six towns each with a unit and a watch, three sites, nine gauges, about forty people."""
    found = district.read_with_warnings(district.example_path())
    yunxi = found.district
    towns = {area.id for area in yunxi.areas if area.parent == yunxi.root}
    assert len(towns) == 6
    assert {unit.area for unit in yunxi.units} == towns | {yunxi.root, ""}
    units = {unit.area: unit.id for unit in yunxi.units}
    for town in towns:
        roles = {post.role for post in yunxi.roster.posts if post.unit == units[town]}
        assert roles == {Role.DUTY_OFFICER, Role.LEADER}
    assert len(yunxi.sites) == 3
    assert len(yunxi.gauges) == 9
    assert 40 <= len(yunxi.people) <= 50
    assert {gauge.datum for gauge in yunxi.gauges} == set(Datum)
    assert all(len(area.boundary) == 5 for area in yunxi.areas)


def test_the_numbers_of_the_examples_ring_nobody() -> None:
    """Every phone of the example and the template is +86 100 0000 0xxx, and no two are the same."""
    for path in (district.example_path(), district.template_path()):
        found = district.read_with_warnings(path)
        numbers = [phone.number for person in found.district.people for phone in person.phones]
        numbers += [unit.duty_phone for unit in found.district.units]
        assert all(fictional(number) for number in numbers)
        assert len(set(numbers)) == len(numbers)
        assert [warning.template for warning in found.warnings] == [
            "{count} people have numbers +86 100 0000 0xxx that ring nobody"
        ]


def test_the_plan_of_the_example_says_what_its_file_says() -> None:
    """Order of groups, ladder, approvers, last resort and the alarm's rounds."""
    plan = district.read(district.example_path()).plan
    assert [entry.level for entry in plan.levels] == [
        Level.BLUE, Level.YELLOW, Level.ORANGE, Level.RED,
    ]  # fmt: skip
    assert plan.levels[0].groups == tuple(Group)
    assert [step.contact for step in plan.levels[0].ladder.steps] == [
        Contact.PERSON, Contact.PERSON, Contact.DEPUTY, Contact.LEADER,
    ]  # fmt: skip
    arrive = plan.levels[3].duty(Group.EXTRA_POSTS)
    assert (arrive.owed, arrive.within) == (Owed.ARRIVED, timedelta(minutes=30))
    assert plan.levels[3].duty(Group.OFFICIALS) is None
    assert plan.alarm.steps[-1].contact is Contact.LAST_RESORT
    assert (plan.alarm.repeat, plan.alarm.most) == (timedelta(minutes=10), 6)
    assert {rule.response: rule.approvers for rule in plan.responses}[ResponseLevel.I] == (
        "yun-zhishan",
    )
    assert plan.last_resort == "liu-wenqiao"
    assert not plan.cascade


def test_the_roster_of_the_example_says_what_its_files_say() -> None:
    """Cursors by day type, a weekly leader, two sections, a table of July, a year of holidays."""
    roster = district.read(district.example_path()).roster
    rotations = {rotation.id: rotation for rotation in roster.rotations}
    assert rotations["fxb-officer-holiday"].day_types == (DayType.HOLIDAY,)
    assert rotations["fxb-leader"].turn_days == 7
    assert rotations["fxb-leader"].first_day.weekday() == 0
    posts = {post.id: post for post in roster.posts}
    assert posts["fxb-standby"].stands_from is Level.ORANGE
    assert sum(
        (part.length for part in posts["jiedao-officer"].sections), timedelta()
    ) == timedelta(1)
    assert len(roster.table) == 31 * 3
    first = roster.table[0]
    assert (first.post, first.day, first.person) == ("fxb-officer", date(2026, 7, 1), "zhu-xiaoman")
    assert first.where == "duty/2026-07.csv:4"
    assert roster.published_years == (2026,)
    assert sum(holiday.make_up for holiday in roster.holidays) == 6


def test_a_star_gives_every_town_the_signals_of_order_16() -> None:
    """12 h 50 blue, 6 h 50 yellow, 3 h 50 orange, 3 h 100 red; over below eight tenths."""
    yunxi = district.read(district.example_path())
    for town in ("jiedao", "shangyun", "xiayun", "nanjian", "yingyue", "beijian"):
        signals = {
            (one.level, one.window / timedelta(hours=1), one.limit, one.clear_below)
            for one in yunxi.criteria
            if one.place == town
        }
        assert signals == {
            (Level.BLUE, 12, 50, 40), (Level.YELLOW, 6, 50, 40),
            (Level.ORANGE, 3, 50, 40), (Level.RED, 3, 100, 80),
        }  # fmt: skip
    ids = [one.id for one in yunxi.criteria]
    assert len(set(ids)) == len(ids)
    assert not [one for one in yunxi.criteria if one.place == yunxi.root]
    assert {one.measure for one in yunxi.criteria if one.place == "yingyue-reservoir"} == {
        Measure.STAGE
    }


def test_a_place_of_its_own_line_does_not_take_the_star(folder: Path) -> None:
    """A town with its own 3 h orange keeps it; the others have the shared one."""
    with (folder / "criteria.csv").open("a", encoding="utf-8") as file:
        file.write("nanjian,暴雨,雨量,3h,橙色,40,,本镇\n")
    found = district.read(folder).criteria
    orange = {
        one.place: one.limit
        for one in found
        if one.level is Level.ORANGE and one.window == timedelta(hours=3) and one.limit <= 50
    }
    assert orange["nanjian"] == 40
    assert orange["beijian"] == 50


def test_an_address_for_notices_is_a_column_that_may_be_left_out(
    folder: Path, spoil: Spoil, told: Told
) -> None:
    """One that mail servers would not take is a fault."""
    spoil("people.csv", "系统账号,语言", "系统账号,语言,邮箱")
    spoil("people.csv", "+86 100 0000 0102,,", "+86 100 0000 0102,,,qu-zhang@yunxi.example")
    people = {person.id: person.email for person in district.read(folder).people}
    assert people["yun-zhishan"] == "qu-zhang@yunxi.example"
    assert set(people.values()) == {"", "qu-zhang@yunxi.example"}
    spoil("people.csv", "qu-zhang@", "区长@")
    (line,) = told()
    assert "no e-mail address" in line


@pytest.mark.parametrize("file", ["district.toml", "areas.csv", "people.csv", "plan.toml"])
def test_a_missing_file_is_told_by_name(folder: Path, told: Told, file: str) -> None:
    """Only the missing file is complained of."""
    (folder / file).unlink()
    assert [fault.partition(":")[0] for fault in told()] == [file]


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    """A path that is a file, or nothing, gives a DistrictFault."""
    for path in (tmp_path / "nothing", Path(__file__)):
        with pytest.raises(DistrictFault) as caught:
            district.read(path)
        assert "is no folder" in str(caught.value.faults[0])


def test_a_misspelt_file_is_not_ignored(folder: Path, told: Told) -> None:
    """officals.csv would silently leave every town without officials."""
    (folder / "officials.csv").rename(folder / "officals.csv")
    assert any(fault.startswith("officals.csv: ") and "officials.csv" in fault for fault in told())


def test_other_files_are_left_alone(folder: Path, told: Told) -> None:
    """Notes, lock files of office programs and spreadsheets disturb nobody."""
    for name in ("README.md", "~$people.csv", ".people.csv.swp", "people.xlsx"):
        (folder / name).write_bytes(b"\x00\xff")
    assert told() == []


@pytest.mark.parametrize("file", ["people.csv", "plan.toml", "duty"])
def test_a_link_out_of_the_folder_is_refused(folder: Path, told: Told, file: str) -> None:
    """Nothing outside the folder is read, by whatever link."""
    outside = folder.parent / "elsewhere"
    (folder / file).rename(outside)
    (folder / file).symlink_to(outside)
    assert any(f.startswith(f"{file}: ") and "outside the district" in f for f in told())


def test_a_pipe_does_not_hold_the_reader(folder: Path, told: Told) -> None:
    """A named pipe instead of a table is refused at once."""
    (folder / "people.csv").unlink()
    os.mkfifo(folder / "people.csv")
    assert "people.csv: is not a regular file" in told()


def test_a_file_that_is_too_large_is_not_read(folder: Path, told: Told) -> None:
    """More than the bound is refused, whatever it holds."""
    (folder / "people.csv").write_bytes(b"a" * 2_000_001)
    assert any("larger than 2000000 bytes" in fault for fault in told())


def test_thousands_of_faults_are_cut_off(folder: Path, told: Told) -> None:
    """A table of nonsense tells its first faults and how many more there are."""
    with (folder / "people.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"p-{number},x,nowhere,,,,\n" for number in range(1000))
    faults = told()
    assert len(faults) == 301
    assert "and 700 more faults" in faults[-1]


WAVES = """[[level.wave]]
page = ["officials"]
enough = 2
wait_seconds = 300

[[level.wave]]
page = ["unit_watch", "duty_room"]
"""


def test_a_plan_in_waves_by_hazard_with_a_published_ladder_is_read(
    spoil: Spoil, folder: Path
) -> None:
    """What the comments of plan.toml promise can be written there."""
    ladder = "[ladder.page]\nsteps = [\n"
    spoil("plan.toml", ladder, '[ladder.calls]\npreset = "mianxian"\n\n' + ladder)
    more = (
        f'[[level]]\nlevel = "red"\nhazards = ["山洪"]\nladder = "calls"\n'
        f"moved_out_within_minutes = 90\n{WAVES}\n"
    )
    spoil("plan.toml", "[[response]]", f"{more}[[response]]")
    plan = district.read(folder).plan
    entry = plan.at(Level.RED, Hazard.FLASH_FLOOD)
    assert entry is not None
    assert [(wave.enough, len(wave.groups)) for wave in entry.waves] == [(2, 1), (None, 2)]
    assert [rung.channel.value for rung in entry.ladder.steps[:4]] == ["sms", *["voice"] * 3]
    moved = entry.duty(Group.OFFICIALS)
    assert (moved.owed, moved.within) == (Owed.MOVED_OUT, timedelta(minutes=90))
    assert plan.at(Level.RED).ladder != entry.ladder


@pytest.mark.parametrize("name", list(presets()))
def test_each_published_ladder_reaches_the_person_first_and_stands_by_itself(name: str) -> None:
    """A ladder that comes with the program needs no look at its steps to be safe."""
    ladder = presets()[name]
    assert ladder.steps[0].contact is Contact.PERSON
    assert ladder.steps[-1].wait
    assert {rung.channel.value for rung in ladder.steps} == {"sms", "voice"}
