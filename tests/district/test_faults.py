"""Faults of a folder, each with its line and what was expected; and what is only odd."""

from __future__ import annotations

from pathlib import Path

import pytest

from fangxun import district
from fangxun.core.level import Level
from fangxun.district.changes import compare
from tests.district.conftest import Spoil, Told

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
    ("posts.toml", 'role = "deputy"', 'role = "chief"', "posts.toml:25", "duty_officer, deputy"),
    ("posts.toml", 'unit = "fxb"', 'unit = "fxc"', "posts.toml:17", "nowhere in units.csv"),
    ("posts.toml", 'start = "08:00"', 'start = "25:00"', "posts.toml:19", "08:00"),
    ("posts.toml", "hours = 24", "hours = 25", "posts.toml:19", "to 24"),
    ("posts.toml", "hours = 15", "hours = 16", "posts.toml:57", "overlap"),
    ("posts.toml", 'id = "fxb-deputy"', 'id = "fxb-officer"', "posts.toml:22", "posts.toml:15"),
    ("posts.toml", 'name = "副班"', 'nmae = "副班"', "posts.toml:23", "known keys here: id, name"),
    ("rotations.toml", '"zhu-xiaoman"', '"nobody"', "rotations.toml:19", "nowhere in people.csv"),
    ("rotations.toml", 'post = "fxb-officer"', 'post = "fxb"', "rotations.toml:18", "posts.toml"),
    (
        "rotations.toml", "first_day = 2025-12-29", "first_day = 2025-12-29T08:00:00",
        "rotations.toml:20", "without a time",
    ),
    ("posts.toml", 'role = "deputy"', 'role = "deputy"\nseats = 0', "posts.toml:26", "1 to 20"),
    (
        "posts.toml", 'stands_from = "orange"', 'stands_from = "orange"\nin_room_from = "red"',
        "posts.toml:42", "in the room anyhow",
    ),
    (
        "posts.toml", 'role = "deputy"', 'role = "deputy"\nseason = "04-15..02-30"',
        "posts.toml:26", "04-15..10-15",
    ),
    (
        "rotations.toml", "turn_days = 7", "turn_days = 7\nturn_months = 1",
        "rotations.toml:51", "a turn has one length",
    ),
    (
        "rotations.toml", "turn_days = 7", 'groups = [["yun-guiwan"]]',
        "rotations.toml:50", "keep one of them",
    ),
    (
        "rotations.toml", 'people = ["ju-bailu", "feng-shuangjiang", "mei-daxue", "lan-xiaohan"]',
        'groups = [["ju-bailu", "mei-daxue"], []]', "rotations.toml:41", "lists of words",
    ),
    (
        "rotations.toml", 'people = ["ju-bailu", "feng-shuangjiang", "mei-daxue", "lan-xiaohan"]',
        'groups = [["ju-bailu", "mei-daxue"]]', "rotations.toml:41", "has seats for 1",
    ),
    (
        "posts.toml", 'role = "deputy"', 'role = "deputy"\nseats = 5',
        "rotations.toml:41", "too few different people here",
    ),
    (
        "rotations.toml", "turn_days = 7", 'weekdays = ["周八"]', "rotations.toml:50",
        "1 (Monday) to 7",
    ),
    ("rotations.toml", 'section = "day"', 'section = "dawn"', "rotations.toml:72", "day, night"),
    (
        "rotations.toml", 'day_types = ["rest_day"]', 'day_types = ["workday"]',
        "rotations.toml:25", "as the rotation fxb-officer-workday",
    ),
    ("plan.toml", 'last_resort = "liu-wenqiao"', "", "plan.toml:1", "last_resort is missing"),
    ("plan.toml", '"liu-wenqiao", "shi-', '"lu", "shi-', "plan.toml:12", "nowhere in people.csv"),
    ("plan.toml", "# [spot_check]\n", "[spot_check]\nladder = 'alarm'\n", "plan.toml:114",
     "no [ladder"),
    ("plan.toml", "# [spot_check]\n", "[spot_check]\na_month = 40\n", "plan.toml:114", "1 to 31"),
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
    ("plan.toml", "# [handover]\n# within", "[handover]\nwithin_", "plan.toml:106", "known keys"),
    ("plan.toml", "notice_share = 6", "notice_share = 60", "plan.toml:16", "above budget_24h"),
    ("plan.toml", '  { contact = "last_resort"', "  # ", "plan.toml:40", "reaches last_resort"),
    ("plan.toml", "rest_hours = 8", "rest_hours = -1", "plan.toml:125", "expected 0 to 744"),
    ("plan.toml", "[watch]", "[watch]\nhours = 1", "plan.toml:125", "unknown key “hours”"),
    ("plan.toml", "# [notices]", '[notices]\nquiet = ["22:00"]', "plan.toml:136", "two times"),
    (
        "plan.toml", "# [notices]", "[notices]\ntell_minutes_before = 120",
        "plan.toml:136", "not after hours_before",
    ),
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


def test_a_post_of_two_seats_takes_two_names_in_a_cell(spoil: Spoil, folder: Path) -> None:
    """In the order in which they are written; what is applied tells them in one line."""
    spoil("posts.toml", 'role = "deputy"', 'role = "deputy"\nseats = 2')
    before = district.read(folder)
    spoil("duty/2026-07.csv", "菊白露", "菊白露、枫霜降")
    after = district.read(folder)
    named = [e.person for e in after.roster.table if e.day.day == 1 and e.post == "fxb-deputy"]
    assert named == ["ju-bailu", "feng-shuangjiang"]
    (change,) = compare(before, after)
    assert change.details == (("person", "ju-bailu", "ju-bailu, feng-shuangjiang"),)


@pytest.mark.parametrize("names", ["菊白露、菊白露", "菊白露、枫霜降、竹小满"])
def test_a_cell_names_nobody_twice_and_no_more_than_there_are_seats(
    spoil: Spoil, told: Told, names: str
) -> None:
    spoil("posts.toml", 'role = "deputy"', 'role = "deputy"\nseats = 2')
    spoil("duty/2026-07.csv", "菊白露", names)
    assert told() == [
        f"duty/2026-07.csv:4: 副班 “{names}” is not for 2 seats; at most so many, none named twice"
    ]


def test_what_a_rotation_may_say_is_read(spoil: Spoil, folder: Path) -> None:
    """Groups, months, weekdays and a season; a season's own is no rival of the year's."""
    spoil("posts.toml", 'role = "deputy"', 'role = "deputy"\nseats = 2\nseason = "05-01..09-30"')
    spoil("posts.toml", 'role = "leader"', 'role = "leader"\nin_room_from = "orange"')
    more = (
        '\n[[rotation]]\nid = "flood"\npost = "fxb-deputy"\nfirst_day = 2025-12-29\n'
        'groups = [["ju-bailu", "mei-daxue"], ["feng-shuangjiang", "lan-xiaohan"]]\n'
        'turn_months = 1\nweekdays = ["周五", "6"]\nseason = "06-15..08-20"\n'
    )
    rotations = folder / "rotations.toml"
    rotations.write_text(rotations.read_text(encoding="utf-8") + more, encoding="utf-8")
    found = district.read(folder).roster
    deputy = next(post for post in found.posts if post.id == "fxb-deputy")
    leader = next(post for post in found.posts if post.id == "fxb-leader")
    assert (deputy.seats, str(deputy.season)) == (2, "05-01..09-30")
    assert leader.in_room_from is Level.ORANGE
    flood = found.rotations[-1]
    assert flood.groups == (("ju-bailu", "mei-daxue"), ("feng-shuangjiang", "lan-xiaohan"))
    assert (flood.turn_months, flood.weekdays, str(flood.season)) == (1, (5, 6), "06-15..08-20")


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
