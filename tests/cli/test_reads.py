"""What a duty officer asks, with the daemon down: who stands, what is open, what a feed says."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta

import pytest

from fangxun import clock, text
from fangxun.standin.feed_server import FeedServer
from tests.cli.conftest import FEEDS, Desk
from tests.feeds.caps import alert, rss
from tests.feeds.servers import Page, serving

TOMORROW = clock.now() + timedelta(days=1)
NIGHT = f"{TOMORROW:%Y-%m-%d}T03:00"


def people(desk: Desk, *words: str) -> set[object]:
    """Whom `who` names."""
    return {line["person"] for line in desk.json("who", "--at", NIGHT, *words)}


def test_who_says_name_phone_and_until_when(desk: Desk) -> None:
    """Both numbers in the order in which they are dialled, and the hour of the hand-over."""
    (line,) = desk.json("who", "--at", NIGHT, "--post", "fxb-officer")
    said = desk.run("who", "--at", NIGHT, "--post", "fxb-officer")
    assert isinstance(line["phones"], list)
    for word in (line["name"], *line["phones"], "08:00"):
        assert str(word) in said
    assert line["end"] == f"{TOMORROW:%Y-%m-%d}T00:00:00+00:00"


def test_who_is_asked_by_post_unit_and_area(desk: Desk) -> None:
    """Each question narrows the whole: the town's unit and its area name the same people."""
    town = people(desk, "--unit", "上云镇人民政府")
    assert town
    assert town < people(desk)
    assert people(desk, "--area", "上云镇") == town
    assert len(people(desk, "--post", "fxb-officer")) == 1
    assert not people(desk, "--post", "fxb-officer") & town


def test_who_says_why_to_a_program_too(desk: Desk) -> None:
    """The same lines as to people, and only where asked for."""
    asked = ("who", "--at", NIGHT, "--post", "fxb-officer")
    (line,) = desk.json(*asked, "--why")
    said = desk.run(*asked, "--why")
    assert isinstance(line["why"], list)
    assert line["why"]
    assert all(str(ground) in said for ground in line["why"])
    assert "why" not in desk.json(*asked)[0]


def test_who_comes_next_begins_where_the_present_ends(desk: Desk) -> None:
    """No minute between them."""
    (now,) = desk.json("who", "--at", NIGHT, "--post", "fxb-officer")
    (then,) = desk.json("who", "--at", NIGHT, "--post", "fxb-officer", "--next")
    assert then["start"] == now["end"]
    assert then["person"] != now["person"]


def test_who_asks_the_database_that_the_daemon_works_with(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the file is silent and the environment names it."""
    path = desk.folder / "fangxun.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("database")]
    assert len(kept) == len(lines) - 1
    path.write_text("\n".join(kept), encoding="utf-8")
    (desk.folder / "state").rename(desk.folder / "elsewhere")
    monkeypatch.setenv("FANGXUN_CONF_DATABASE", "sqlite:///elsewhere/fangxun.db")
    assert desk.json("who")
    assert desk.json("roster", "show")


@pytest.mark.parametrize("words", [("--unit", "nowhere"), ("--area", "nowhere"), ("--post", "x")])
def test_who_asked_for_a_misspelt_name_does_not_say_that_nobody_stands(
    desk: Desk, words: tuple[str, str]
) -> None:
    """It says which word it does not know."""
    assert words[1] in desk.run("who", *words, code=5)


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59", "yesterday", "25:00"])
def test_a_time_that_is_none_or_beyond_all_rosters_is_a_sentence(desk: Desk, at: str) -> None:
    """There is no arithmetic of dates before year 1."""
    assert at in desk.run("who", "--at", at, code=3)
    assert at in desk.run("roster", "show", "--from", at, code=3)


def test_who_asked_beyond_the_roster_says_from_when_to_when_it_is_written(desk: Desk) -> None:
    """In local time, to the minute."""
    said = desk.run("who", "--at", "2020-07-20T03:00", code=5)
    assert "2020-07-20 03:00 is outside" in said
    assert "T" not in said.split("is outside")[0].removeprefix("The")


READING = [
    ("page", "list"), ("page", "list", "--incident", "1"), ("incident", "list"),
    ("incident", "show", "1"), ("incident", "report", "1"), ("roster", "show"),
    ("warning", "list"), ("warning", "list", "--all"),
    ("reading", "list"), ("feed", "list"), ("journal", "show"), ("journal", "verify"),
    ("watch", "--once"), ("who",),
]  # fmt: skip


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_reading_command_speaks_json(desk: Desk, words: tuple[str, ...]) -> None:
    """For programs of others; and nothing else on that stream."""
    desk.storm("上云镇")
    assert isinstance(desk.json(*words), (list, dict))


def test_a_check_of_the_roster_speaks_json(desk: Desk) -> None:
    desk.knows_the_holidays()
    assert desk.json("roster", "check", "--days", "1") == []


def test_doctor_speaks_json_and_still_tells_by_its_exit_code(desk: Desk) -> None:
    """Each check with what it found."""
    desk.knows_the_holidays()
    found = json.loads(desk.run("doctor", "--offline", "--json"))
    assert {"configuration", "database"} <= {check["check"] for check in found}
    (desk.folder / "district" / "people.csv").unlink()
    found = json.loads(desk.run("doctor", "--offline", "--json", code=1))
    assert next(check for check in found if check["check"] == "district folder")["found"]


def test_a_gauge_a_unit_and_a_subject_are_found_by_name_and_a_misspelt_one_is_not(
    desk: Desk,
) -> None:
    """An empty list would read as "nothing there"."""
    desk.run("reading", "list", "--gauge", "上云站")
    assert "shangyun-officer" in desk.run("roster", "show", "--unit", "上云镇人民政府"), "post ids"
    assert "district applied" in desk.run("journal", "show", "--subject", "云溪区")
    desk.run("reading", "list", "--gauge", "上云", code=5)
    desk.run("roster", "show", "--unit", "上云", code=5)
    desk.run("journal", "show", "--subject", "page/999", code=5)
    for words in (
        ("journal", "show", "--subject"), ("reading", "list", "--gauge"), ("who", "--unit"),
        ("roster", "show", "--unit"), ("who", "--area"), ("who", "--post"),
    ):  # fmt: skip
        desk.run(*words, "", code=3)
    desk.run("reading", "accept", "上云", "08:00", "--actor", "竹小满", "-r", "x", code=5)


def test_a_site_has_the_watch_of_its_town(desk: Desk) -> None:
    """The dam keeper names the gully."""
    assert people(desk, "--area", "甲子沟") == people(desk, "--area", "上云镇")


def test_a_database_of_a_newer_version_is_refused_by_who_and_by_the_backup(desk: Desk) -> None:
    """Like by every other command: the same names may mean something else in it."""
    database = sqlite3.connect(desk.folder / "state" / "fangxun.db")
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    for words in (("who",), ("page", "list"), ("db", "backup", "copy.db")):
        assert "9999" in desk.run(*words, code=7)
    assert not (desk.folder / "copy.db").exists()


def test_a_backup_makes_no_folder(desk: Desk) -> None:
    """As when the stick is not mounted: it would fill the disk of the machine instead."""
    desk.run("db", "backup", str(desk.folder / "stick" / "copy.db"), code=7)
    assert not (desk.folder / "stick").exists()


@pytest.mark.parametrize(("language", "said"), [("en", "cannot be reached"), ("zh_CN", "连不上")])
def test_a_feed_that_cannot_be_reached_says_so_in_the_user_s_language(
    desk: Desk, language: str, said: str
) -> None:
    """At once, and afterwards in the list."""
    with FeedServer() as feeds:
        path = desk.folder / "fangxun.toml"
        written = path.read_text(encoding="utf-8")
        path.write_text(written.replace(FEEDS, feeds.url), encoding="utf-8")
    text.install(language)
    who = ("--actor", "竹小满", "-r", "is it back?")
    assert said in desk.run("feed", "poll", "gauges", *who, code=3)
    assert said in desk.run("feed", "list")
    polled = [line.entry for line in desk.lines() if line.entry.event.value == "feed_polled"]
    assert [(entry.actor, entry.reason) for entry in polled] == [("zhu-xiaoman", "is it back?")]


def test_a_failure_that_the_daemon_kept_in_chinese_is_read_in_english(desk: Desk) -> None:
    """The daemon speaks the district's language, and whoever asks his own."""
    path = desk.folder / "fangxun.toml"
    written = path.read_text(encoding="utf-8")
    with FeedServer() as feeds:  # its port is free again afterwards
        path.write_text(written.replace(FEEDS, feeds.url), encoding="utf-8")
    text.install("zh_CN")
    desk.run("feed", "poll", "gauges", "--actor", "竹小满", "-r", "x", code=3)
    text.install("en")
    said = desk.run("feed", "list") + desk.run("journal", "show", "-n", "1")
    assert said.count("cannot be reached: the connection was refused") == 2
    assert "Errno" not in said


@pytest.mark.parametrize(
    ("documents", "state", "said"),
    [
        ([200, 200], "fresh", ""),
        ([200, 404], "partly unread", "1 of 2 documents cannot be read"),
        ([200, 503], "failing", "1 of 2 documents did not come"),
    ],
)
def test_a_feed_shows_what_its_answers_lack(
    desk: Desk, documents: list[int], state: str, said: str
) -> None:
    """When it is polled by hand, in the list, and to doctor."""
    with serving() as site:
        path = desk.folder / "fangxun.toml"
        written = path.read_text(encoding="utf-8")
        path.write_text(written.replace(FEEDS, site.url), encoding="utf-8")
        site.pages["/rss.xml"] = Page(rss(*(f"{site.url}/{n}" for n in range(len(documents)))))
        for number, status in enumerate(documents):
            site.pages[f"/{number}"] = Page(alert(identifier=str(number)), status=status)
        assert said in desk.run("feed", "poll", "warnings", "--actor", "竹小满", "-r", "x")
        assert state in next(
            line for line in desk.run("feed", "list").splitlines() if line.startswith("warnings")
        )
        assert said in desk.run("doctor", code=1)


def test_rows_that_cannot_be_read_and_gauges_that_are_not_ours_are_named(desk: Desk) -> None:
    """When the table is polled by hand, kept or not, and by doctor, who ticks no such table."""
    with serving() as site:
        path = desk.folder / "fangxun.toml"
        written = path.read_text(encoding="utf-8")
        path.write_text(written.replace(FEEDS, site.url), encoding="utf-8")
        hour = clock.now().strftime("%Y-%m-%dT%H:00+00:00")
        table = f"gauge,time,rain_mm\nyx02,{hour},3.0\nyx03,{hour},wet\nfar-1,{hour},1.0\n"
        site.pages["/gauges.csv"] = Page(table.encode())
        for extra in (("--dry-run",), ()):
            said = desk.run("feed", "poll", "gauges", "--actor", "竹小满", "-r", "x", *extra)
            assert "line 3" in said
            assert "1 gauges that are not in gauges.csv are left out: far-1" in said
        found = desk.run("doctor", code=1)
        assert "× feed gauges" in found
        assert "line 3" in found
