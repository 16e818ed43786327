"""The example reads; every fault is told with its file and line; none hides another."""

from __future__ import annotations

import os
from collections.abc import Callable
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

Spoil = Callable[[str, str, str], None]
Told = Callable[[], list[str]]


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


FAULTS = [
    # file, words, their replacement, where, what is told
    ("people.csv", "+86 100 0000 0101", "12345", "people.csv:4", "no phone number"),
    ("people.csv", "+86 100 0000 0101", "1.38E+10", "people.csv:4", "spoilt by a spreadsheet"),
    ("people.csv", "jiang-yousheng,", "yun-zhishan,", "people.csv:5", "taken already"),
    ("people.csv", "江有声,yunxi-gov", "江有声,yunxi-gvo", "people.csv:5", "nowhere in units.csv"),
    ("people.csv", "编号,姓名", "编号,大名", "people.csv:3", "columns: id (编号), name (姓名)"),
    ("people.csv", ",yunxi-duty,", ",yunxi-leader,", "people.csv:10", "at people.csv:6 already"),
    ("people.csv", ",yunxi-duty,", ",yunxi-duty,fr", "people.csv:10", "zh_CN, en"),
    ("officials.csv", "yunxi,shi-jianchuan", "yunxi,shi", "officials.csv:3", "in people.csv"),
    ("officials.csv", "yunxi,shi", "nowhere,shi", "officials.csv:3", "areas.csv, sites.csv"),
    ("officials.csv", "liu-wenqiao", "shi-jianchuan", "officials.csv:3", "his own deputy"),
    ("areas.csv", "999901101000", "99990110100", "areas.csv:6", "2, 4, 6, 9 or 12 digits"),
    ("areas.csv", "999901101000", "999901001000", "areas.csv:6", "at areas.csv:5 already"),
    ("areas.csv", "999901101000,yunxi", "999901101000,shangyun", "areas.csv:6", "above itself"),
    ("areas.csv", "999901101000,yunxi", "999901101000,", "areas.csv:6", "only the district itself"),
    ("areas.csv", "999901000000,", "999901000000,beijian", "areas.csv:4", "yunxi < beijian"),
    ("units.csv", "yunxi-gov,+86", "fxb,+86", "units.csv:4", "fxb < fxb"),
    ("units.csv", "0012,shangyun", "0012,jiedao", "units.csv:7", "jiedao-office is in charge"),
    ("sites.csv", "shangyun,29", "shangnu,29", "sites.csv:4", "nowhere in areas.csv"),
    ("sites.csv", "29.1650", "129.1650", "sites.csv:4", "-90 to 90"),
    ("sites.csv", "125.1750,CGCS2000", "125.1750,GCJ02", "sites.csv:4", "convert"),
    ("gauges.csv", "125.1760,WGS84", "125.1760,", "gauges.csv:4", "WGS84"),
    ("gauges.csv", "60,20,jiedao", "0,20,jiedao", "gauges.csv:4", "1 to 1440"),
    ("gauges.csv", "60,20,jiedao", "60,20,", "gauges.csv:4", "separated by /"),
    ("gauges.csv", "60,20,jiedao", "sixty,20,jiedao", "gauges.csv:4", "no number"),
    ("criteria.csv", "12h,蓝色,50", "12x,蓝色,50", "criteria.csv:4", "12h or 90min"),
    ("criteria.csv", "12h,蓝色,50", "12h,青色,50", "criteria.csv:4", "blue"),
    ("criteria.csv", "12h,蓝色,50", "12h,none,50", "criteria.csv:4", "blue, yellow, orange or red"),
    ("criteria.csv", "12h,蓝色,50", "12h,蓝色,50.05", "criteria.csv:4", "1 decimals"),
    ("criteria.csv", "12h,蓝色,50,", "12h,蓝色,50,60", "criteria.csv:4", "above the limit 50"),
    ("criteria.csv", "152.00,151.70", "152.00,", "criteria.csv:24", "a stage must say"),
    ("criteria.csv", "3h,红色,100", "3h,红色,50", "criteria.csv:7", "needs a higher limit"),
    ("criteria.csv", "3h,红色,100", "3h,橙色,100", "criteria.csv:7", "those of criteria.csv:6"),
    ("criteria.csv", "水位,,蓝色", "水位,3h,蓝色", "criteria.csv:24", "of an instant"),
    ("posts.toml", 'role = "deputy"', 'role = "chief"', "posts.toml:22", "duty_officer, deputy"),
    ("posts.toml", 'unit = "fxb"', 'unit = "fxc"', "posts.toml:14", "nowhere in units.csv"),
    ("posts.toml", 'start = "08:00"', 'start = "25:00"', "posts.toml:16", "08:00"),
    ("posts.toml", "hours = 24", "hours = 25", "posts.toml:16", "to 24"),
    ("posts.toml", "hours = 15", "hours = 16", "posts.toml:54", "overlap"),
    ("posts.toml", 'id = "fxb-deputy"', 'id = "fxb-officer"', "posts.toml:19", "posts.toml:12"),
    ("posts.toml", 'name = "副班"', 'nmae = "副班"', "posts.toml:20", "known keys here: id, name"),
    ("rotations.toml", '"zhu-xiaoman"', '"nobody"', "rotations.toml:15", "nowhere in people.csv"),
    ("rotations.toml", 'post = "fxb-officer"', 'post = "fxb"', "rotations.toml:14", "posts.toml"),
    (
        "rotations.toml", "first_day = 2025-12-29", "first_day = 2025-12-29T08:00:00",
        "rotations.toml:16", "without a time",
    ),
    ("rotations.toml", 'section = "day"', 'section = "dawn"', "rotations.toml:68", "day, night"),
    (
        "rotations.toml", 'day_types = ["rest_day"]', 'day_types = ["workday"]',
        "rotations.toml:21", "as the rotation fxb-officer-workday",
    ),
    ("plan.toml", 'last_resort = "liu-wenqiao"', "", "plan.toml:1", "last_resort is missing"),
    ("plan.toml", '"liu-wenqiao", "shi-', '"lu", "shi-', "plan.toml:12", "nowhere in people.csv"),
    ("plan.toml", '"yun-zhishan"]', '"zhishan"]', "plan.toml:96", "nowhere in people.csv"),
    ("plan.toml", "wait_seconds = 120", "wait_seconds = 9", "plan.toml:29", "under 10 seconds"),
    ("plan.toml", "wait_seconds = 120", "wait_seconds = 0, times = 3", "plan.toml:29", "a wait"),
    ("plan.toml", "number = 1, wait_seconds = 180 },\n]", "wait_seconds = 0 },\n]", "plan.toml:28",
     "the last step"),
    ("plan.toml", "[ladder.page]\nsteps", '[ladder.page]\npreset = "x"\nsteps', "plan.toml:29",
     "not both"),
    ("plan.toml", 'ladder = "page"', 'ladder = "page"\nwave = []', "plan.toml:62", "not both"),
    ("plan.toml", 'channel = "sms"', 'channel = "email"', "plan.toml:29", "notices only"),
    ("plan.toml", '"person"', '"persn"', "plan.toml:29", "person, deputy"),
    ("plan.toml", '"officials", ', '"officers", ', "plan.toml:60", "officials, unit_watch"),
    ("plan.toml", 'ladder = "page"', 'ladder = "alarm"', "plan.toml:61", "there are: page"),
    ("plan.toml", "cascade = false", "tasks = []", "plan.toml:13", "comes in a later version"),
    (
        "plan.toml", "arrive_within_minutes = 60\n", "report_clocks = 15\n",
        "plan.toml:62", "comes in a later version",
    ),
    ("plan.toml", 'level = "yellow"', 'level = "blue"', "plan.toml:65", "stands twice"),
    ("plan.toml", 'response = "III"', 'response = "I"', "plan.toml:95", "more rain, less answer"),
    ("plan.toml", "notice_share = 6", "notice_share = 60", "plan.toml:16", "above budget_24h"),
    ("plan.toml", '  { contact = "last_resort"', "  # ", "plan.toml:40", "reaches last_resort"),
    ("district.toml", "Asia/Shanghai", "Asia/Yunxi", "district.toml:7", "no time zone"),
    ("district.toml", "zh_CN", "zh_cn", "district.toml:6", "zh_CN, en"),
    ("district.toml", "云溪防汛", "【云溪】", "district.toml:8", "no brackets"),
    ("district.toml", '"04-15"', '"04-31"', "district.toml:9", "as 04-01"),
    ("district.toml", 'name = "云溪区"', "name = 云溪区", "district.toml:5", "no valid TOML"),
    ("holidays/2026.csv", "2026-01-02", "2025-01-02", "holidays/2026.csv:3", "not in the year"),
    ("holidays/2026.csv", "2026-01-02", "2026-01-01", "holidays/2026.csv:3", "stands twice"),
    ("holidays/2026.csv", "HOLIDAY,元旦", "FREE,元旦", "holidays/2026.csv:2", "HOLIDAY"),
    ("duty/2026-07.csv", "竹小满", "竹大满", "duty/2026-07.csv:4", "nowhere in people.csv"),
    ("duty/2026-07.csv", "竹小满", "竹小满、桑清明", "duty/2026-07.csv:4", "one person"),
    ("duty/2026-07.csv", "07-02", "07-01", "duty/2026-07.csv:5", "not a “四”"),
    ("duty/2026-07.csv", "副班", "副斑", "duty/2026-07.csv:3", "or a post: 主班, 副班"),
    ("duty/2026-07.csv", "三,fxb", "三,jiedao-office", "duty/2026-07.csv:4", "“副班” is no post"),
    ("duty/2026-07.csv", "2026-07-01", "2026-07-01 08:00", "duty/2026-07.csv:4", "without a time"),
    ("boundaries/yunxi.geojson", '"Polygon"', '"Point"', "boundaries/yunxi.geojson", "no polygon"),
    ("boundaries/yunxi.geojson", "125.36", "1253.6", "boundaries/yunxi.geojson", "swapped"),
    ("boundaries/yunxi.geojson", "}", "", "boundaries/yunxi.geojson:2", "no GeoJSON"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "where", "words"), FAULTS)
def test_a_fault_is_told_with_its_line_and_what_was_expected(
    spoil: Spoil, told: Told, file: str, old: str, new: str, where: str, words: str
) -> None:
    """One slip in a file gives a fault at its line that says what was expected."""
    spoil(file, old, new)
    faults = told()
    assert any(fault.startswith(f"{where}: ") and words in fault for fault in faults), faults


def test_all_faults_are_told_at_once_in_order(spoil: Spoil, told: Told) -> None:
    """Three slips in three files give three faults, by file and line, and nothing is applied."""
    spoil("plan.toml", 'ladder = "page"', 'ladder = "pag"')
    spoil("people.csv", "+86 100 0000 0103", "110")
    spoil("people.csv", "+86 100 0000 0101", "110")
    assert [fault.partition(": ")[0] for fault in told()] == [
        "people.csv:4", "people.csv:5", "plan.toml:61",
    ]  # fmt: skip


@pytest.mark.parametrize("file", ["people.csv", "units.csv", "areas.csv", "posts.toml"])
def test_an_unreadable_file_does_not_bring_a_hundred_other_faults(
    folder: Path, told: Told, file: str
) -> None:
    """Where people.csv has a wrong header, nobody complains of unknown people; where units.csv is
    no text, nobody complains of each day of the duty tables."""
    (folder / file).write_bytes(b"\xff\xfe\x00")
    assert [fault.partition(":")[0] for fault in told()] == [file]


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


def test_a_number_that_rings_nobody_is_a_warning_not_a_fault(folder: Path) -> None:
    """+86 100 0000 0xxx is possible, told once with how many people have one."""
    warnings = district.read_with_warnings(folder).warnings
    assert [str(warning) for warning in warnings] == [
        "people.csv:4: 48 people have numbers +86 100 0000 0xxx that ring nobody"
    ]


WARNINGS = [
    ("people.csv", "+86 100 0000 0101", "+86 100 0000 0103", "people.csv:5", "share a number"),
    ("people.csv", "+86 100 0000 0101", "14412345678", "people.csv:4", "no known range"),
    ("people.csv", ",副班,+86 100 0000 0121,", ",副班,,", "people.csv:14", "has no phone"),
    ("areas.csv", "999901101000", "999902101000", "areas.csv:6", "does not lie in"),
    ("officials.csv", "jiazi-gully,", "shangyun,", "sites.csv:4", "no responsible official"),
    ("criteria.csv", "30min,黄色", "5min,黄色", "criteria.csv:28", "stays unknown"),
    ("posts.toml", 'unit = "fxb"', 'unit = "jiedao-office"', "posts.toml", "duty_officer"),
    ("holidays/2026.csv", "2026-01-04", "2026-01-05", "holidays/2026.csv:5", "a workday anyhow"),
]


@pytest.mark.parametrize(("file", "old", "new", "where", "words"), WARNINGS)
def test_what_is_odd_is_warned_of(
    spoil: Spoil, warned: Told, file: str, old: str, new: str, where: str, words: str
) -> None:
    """Something that can be applied, and that somebody should look at."""
    if file == "posts.toml":
        spoil("duty/2026-07.csv", "日期,星期,单位,主班", "日期,星期,单位,fxb-officer")
    spoil(file, old, new)
    warnings = warned()
    assert any(one.startswith(f"{where}: ") and words in one for one in warnings), warnings


def test_a_colour_without_a_plan_is_warned_of(folder: Path, warned: Told) -> None:
    """A plan that begins at yellow pages nobody on blue; that should be meant."""
    path = folder / "plan.toml"
    head, _, *others = path.read_text(encoding="utf-8").split("\n[[level]]\n")
    path.write_text("\n[[level]]\n".join((head, *others)), encoding="utf-8")
    assert warned() == ["plan.toml: no [[level]] for blue: these page nobody"]


def test_the_folder_is_never_written(folder: Path) -> None:
    """Reading leaves every byte, and so every comment, as it is."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    district.read(folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


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
