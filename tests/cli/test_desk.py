"""What an act asks, refuses and promises at the desk: reasons, identity, and no false comfort."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from fangxun import clock
from fangxun.cli import times
from fangxun.core.observation import Quality, Reading, Suspicion
from fangxun.core.place import Measure
from fangxun.engine import housekeep
from fangxun.engine.housekeep import Heartbeat
from fangxun.store import assessments, lock, outbox, readings
from tests.cli.conftest import Desk

OFFICER, OTHER = "zhu-xiaoman", "yun-chuxiu"
AS = ("--actor", OFFICER)
WHO = (*AS, "--reason", "the dam keeper phoned")
DEAD = "Nobody will be paged until the daemon runs"


def page(desk: Desk, person: str = OTHER) -> str:
    """A page sent by hand; its number."""
    desk.run("page", "send", person, "--text", "come", *WHO)
    return str(desk.json("page", "list")[-1]["id"])


def started(desk: Desk, words: list[str], without: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, in a shell that has so redirected it."""
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {without}', "sh", sys.executable, "-m", "fangxun", *words],
        input="", text=True, capture_output=True, cwd=desk.folder, check=False,
        env={**os.environ, "FANGXUN_LANG": "en"},
    )  # fmt: skip


def asking(number: str) -> list[list[str]]:
    """Every act whose reason a person may be asked for."""
    return [
        ["page", "relay", number, "--by", OTHER, "--how", "telephone", *AS],
        ["page", "send", OTHER, "-t", "come", *AS], ["incident", "raise", "上云镇", "red", *AS],
        ["incident", "note", "1", "calm", *AS], ["page", "arrive", number, *AS],
        ["page", "moved", number, *AS], ["feed", "poll", "gauges", *AS],
        ["warning", "add", "red", "--area", "上云镇", "-t", "rain", *AS],
    ]  # fmt: skip


@pytest.mark.parametrize("which", range(8))
def test_an_act_whose_reason_nobody_gives_says_so_and_does_nothing(desk: Desk, which: int) -> None:
    """A script without --reason, and a terminal that is not there any more."""
    words = asking(page(desk))[which]
    before = desk.lines()
    for answer in ("", None):
        assert "--reason" in desk.typed(answer, *words, code=130)
    assert desk.lines() == before


@pytest.mark.parametrize("without", ["", "<&-"])
def test_a_process_whose_input_is_at_its_end_or_closed_says_so_without_a_trace(
    desk: Desk, without: str
) -> None:
    """As cron and a broken connection leave it."""
    done = started(desk, asking(page(desk))[0], without)
    assert done.returncode == 130, done.stderr
    assert "--reason" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_typed_is_the_reason_and_enter_alone_the_usual_one(desk: Desk) -> None:
    """A relay at three in the morning is one key; and what he said of it is journalled."""
    number = page(desk)
    assert "Reason [he told me]" in desk.typed("\n", *asking(number)[0])
    desk.typed("the gully roars\n", *asking(number)[2])
    acts = {line.entry.event.value: line.entry.reason for line in desk.lines()}
    assert acts["incident_noted"] == "he told me"
    assert acts["raised"] == "the gully roars"


@pytest.mark.parametrize("answer", ["是\n", "y\n"])
def test_a_district_is_put_in_force_by_a_yes_in_either_language(desk: Desk, answer: str) -> None:
    """And by nothing else."""
    change(desk)
    words = ["roster", "apply", "district", *WHO]
    desk.typed("nein\n", *words, code=130)
    desk.typed(answer, *words)


def change(desk: Desk) -> None:
    """A clerk renames a person."""
    for file in (desk.folder / "district").rglob("*.csv"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("云归晚", "云归早"), encoding="utf-8")


def test_a_district_is_applied_by_whom_the_machine_knows_and_for_a_reason(desk: Desk) -> None:
    """Else anybody could write himself into the plan, as "admin"."""
    change(desk)
    apply = ("roster", "apply", "district", "--yes")
    desk.run(*apply, "-r", "x", code=4)
    desk.run(*apply, "-r", "x", "--actor", "nobody", code=3)
    assert [line.entry.actor for line in desk.lines()] == ["admin"]
    desk.run(*apply, "-r", "his name was wrong", "--actor", OFFICER)
    last = [line.entry for line in desk.lines() if line.entry.event.value == "district_applied"][-1]
    assert (last.actor, last.reason) == (OFFICER, "his name was wrong")


def test_before_the_first_district_whoever_sets_up_the_machine_applies_it(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is mapped yet; the journal keeps the account, and a reason is asked all the same."""
    desk.run("init", "fresh")
    monkeypatch.chdir(tmp_path / "fresh")
    fresh = Desk(tmp_path / "fresh", desk.capture)
    fresh.run("db", "upgrade")
    fresh.run("page", "list", code=5)
    fresh.run("who", code=5)
    fresh.run("incident", "raise", "x", "red", *WHO, code=5)
    fresh.run("roster", "apply", "district", "--yes", "-r", "first evening")
    (entry,) = [line.entry for line in fresh.lines()]
    assert (entry.actor, entry.reason) == ("admin", "first evening")
    assert dict(entry.data)["account"]


def test_a_preview_is_in_words_and_says_that_nothing_was_changed(desk: Desk) -> None:
    """Names and fields as they stand in the files, no ids of the program."""
    path = desk.folder / "district" / "plan.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"liu-wenqiao", "shi-jianchuan"', '"shi-jianchuan"'), "utf-8")
    said = desk.run("roster", "apply", "district", "--dry-run")
    assert "all clear approvers: 柳问桥, 石见川 -> 石见川" in said
    assert "Nothing was changed." in said


def test_with_the_daemon_down_an_act_says_that_nobody_will_be_paged(desk: Desk) -> None:
    """It is done and kept, its exit code stays, and it promises nothing; nor is the heartbeat of a
    daemon that was killed a moment ago believed."""
    assert DEAD in desk.run("incident", "raise", "上云镇", "red", *WHO)
    beat = Heartbeat(clock.now() - timedelta(minutes=5), 4711)
    housekeep.write_heartbeat(desk.folder / "state" / "heartbeat.json", beat)
    assert DEAD in desk.run("page", "send", OTHER, "-t", "come", *WHO)
    desk.lives()
    assert DEAD in desk.run("incident", "raise", "下云镇", "red", *WHO)
    with lock.hold(f"sqlite:///{desk.folder}/state/fangxun.db", "daemon", now=clock.now()):
        assert DEAD not in desk.run("incident", "raise", "下云镇", "red", *WHO)


def test_a_rehearsal_promises_nothing_with_the_daemon_down_either(desk: Desk) -> None:
    """Its own last line is enough."""
    assert DEAD not in desk.run("incident", "raise", "上云镇", "red", "--dry-run", *WHO)


@pytest.mark.parametrize("level", ["red", "yellow"])
def test_a_raise_to_a_level_that_is_reached_says_that_nobody_is_paged(
    desk: Desk, level: str
) -> None:
    """In the rehearsal as in earnest: it is a floor, and no new raise."""
    desk.storm("上云镇")
    opened = desk.store()
    with opened.write() as tx:  # by the gauges, not by hand
        assessments.end_by_hand(tx, "shangyun")
    opened.close()
    for dry in (("--dry-run",), ()):
        said = desk.run("incident", "raise", "上云镇", level, *dry, *WHO)
        assert "is red already: nobody is paged" in said
        assert "Would be paged" not in said
        assert "is raised to" not in said


def test_a_raise_by_hand_never_lowers(desk: Desk) -> None:
    """Orange over somebody's red is no raise."""
    desk.run("incident", "raise", "上云镇", "red", *WHO)
    said = desk.run("incident", "raise", "上云镇", "orange", *WHO, code=4)
    assert "fangxun incident lower" in said


def test_a_relay_is_for_whoever_was_told_and_for_nobody_else(desk: Desk) -> None:
    """A slip of the name would confirm a page in the name of a stranger."""
    desk.storm("上云镇")
    pages = desk.json("page", "list")
    number = str(next(p["id"] for p in pages if p["state"] == "unreached" and p["person"]))
    person = next(p["person"] for p in pages if str(p["id"]) == number)
    words = ("page", "relay", number, "--how", "telephone", *WHO)
    said = desk.run(*words, "--by", "泉石上", code=4)
    assert "泉石上 was not told" in said
    opened = desk.store()
    with opened.read() as tx:
        told = {a.contact for a in outbox.of_page(tx, [int(number)])} - {person}
    opened.close()
    said = desk.run(*words, "--by", told.pop())
    assert "covered, relayed" in said
    assert f"Page {number} of " in said


def test_a_page_that_is_confirmed_already_is_told_by_whom_and_when(desk: Desk) -> None:
    """Nothing is written a second time."""
    number = page(desk)
    words = ("page", "relay", number, "--by", OTHER, "--how", "telephone", *WHO)
    desk.run(*words)
    before = desk.lines()
    said = desk.run(*words, code=6)
    assert "云出岫 (relayed)" in said
    assert desk.lines() == before


def test_a_page_that_owes_nothing_cannot_arrive(desk: Desk) -> None:
    """Nobody was called to come."""
    desk.run("page", "arrive", page(desk), *WHO, code=4)
    desk.run("page", "moved", page(desk), *WHO, code=4)


EMPTY = [
    ("page", "send", OTHER, "-t", "  "), ("page", "relay", "1", "--by", OTHER, "--how", ""),
    ("incident", "note", "1", ""), ("warning", "add", "red", "--area", "上云镇", "-t", ""),
    ("page", "send", OTHER, "-t", "x" * 5000), ("page", "send", OTHER, "-t", "水" * 200),
    ("incident", "note", "1", "x" * 5000), ("incident", "raise", "上云镇", "red", "-r", "x" * 999),
]  # fmt: skip


@pytest.mark.parametrize("words", EMPTY, ids=lambda words: " ".join(words)[:40])
def test_a_text_that_is_empty_or_longer_than_anybody_gets_is_refused(
    desk: Desk, words: tuple[str, ...]
) -> None:
    """What two SMS do not carry would arrive cut."""
    page(desk)
    before = desk.lines()
    desk.run(*words, *(WHO if "-r" not in words else AS), code=3)
    assert desk.lines() == before


@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "99999999999999999999999"])
@pytest.mark.parametrize(
    "words", [("page", "ack"), ("incident", "show"), ("incident", "report"), ("page", "relay")]
)
def test_a_number_that_no_database_counts_to_is_not_found(
    desk: Desk, words: tuple[str, ...], number: str
) -> None:
    """A slip of the keyboard, not a fault of the program."""
    rest = ("--by", OTHER, "--how", "x", *WHO) if words[1] == "relay" else ()
    desk.run(*words, *rest, "--", number, code=5)


def test_a_night_shift_ends_the_next_morning(desk: Desk) -> None:
    """22:00 to 06:00 is what everybody says."""
    tomorrow = f"{clock.now() + timedelta(days=2):%Y-%m-%d}"
    cover = ("roster", "cover", "--post", "云溪区防汛抗旱指挥部办公室 主班", "--who", "谷回音")
    said = desk.run(*cover, "--from", f"{tomorrow}T22:00", "--to", "06:00", "--dry-run", *WHO)
    after = clock.now() + timedelta(days=3)
    assert f"22:00 to {after:%m-%d} 06:00" in said
    wrong = desk.run(
        *cover, "--from", f"{tomorrow}T22:00", "--to", f"{tomorrow}T06:00", *WHO, code=3
    )
    assert "2026-07-20T22:00" in wrong, "the form"
    desk.run(*cover, "--from", "2020-01-01T22:00", "--to", "06:00", *WHO, code=4)


def test_a_post_s_name_that_several_have_asks_for_the_unit(desk: Desk) -> None:
    """Every town has an officer on duty."""
    said = desk.run(
        "roster", "cover", "--post", "主班", "--who", "云出岫", "--from", "22:00", "--to", "23:00",
        *WHO, code=3,
    )  # fmt: skip
    assert "unit" in said


def test_a_warning_for_a_site_says_that_it_is_for_all_of_its_town(desk: Desk) -> None:
    """The observatory warns towns; who reads "甲子沟" must not be surprised."""
    words = ("warning", "add", "red", "--area", "甲子沟", "-t", "heavy rain")
    said = desk.run(*words, "--dry-run", *WHO)
    assert "甲子沟 lies in 上云镇" in said
    assert "would be in force for" in said


REHEARSED = [
    ("incident", "lower", "上云镇"), ("warning", "add", "red", "--area", "上云镇", "-t", "rain"),
    ("reading", "reject", "上云站", "08:00"), ("reading", "accept", "上云站", "08:00"),
]  # fmt: skip


@pytest.mark.parametrize("words", REHEARSED, ids=" ".join)
def test_a_rehearsal_says_would_and_never_done(desk: Desk, words: tuple[str, ...]) -> None:
    """ "Ended. Nothing was changed." is two answers."""
    desk.storm("上云镇")
    suspect(desk)
    before = desk.lines()
    said = desk.run(*words, "--dry-run", *AS)
    assert "would" in said
    assert "Nothing was changed." in said
    assert desk.lines() == before


def suspect(desk: Desk) -> None:
    """The gauge 上云站 has said something at eight this morning that cannot be believed."""
    end = times.instant("08:00", "Asia/Shanghai")
    reading = Reading(
        gauge="yx02", measure=Measure.RAIN, start=end - timedelta(hours=1), end=end, value=900.0,
        received_at=end, quality=Quality.SUSPECT, suspicion=Suspicion.OVER_RECORD,
    )  # fmt: skip
    opened = desk.store()
    with opened.write() as tx:
        readings.accept(tx, [reading])
    opened.close()


def test_a_drill_whose_report_cannot_be_written_does_not_begin(desk: Desk) -> None:
    """Minutes later it would be too late."""
    for option, path in (
        ("--report", "/nosuch/x.json"), ("--svg", "/nosuch/x.json"), ("--report", "report.pdf"),
    ):  # fmt: skip
        said = desk.run("drill", option, path, code=3)
        assert path in said
        assert "mm" not in said


def test_what_the_machine_will_not_do_is_a_sentence_of_its_own_code(desk: Desk) -> None:
    """A file where a folder should be; a full disk behind the output."""
    (desk.folder / "file").touch()
    assert "this is" not in desk.run("init", "file", code=8)
    full = started(desk, ["who"], ">/dev/full")
    assert full.returncode == 8
    assert full.stderr.strip() == "This machine would not: the disk is full"


def test_screens_answer_whose_page_it_is_and_what_is_to_be_done(desk: Desk) -> None:
    """An alarm names its person and place, a page by hand its words, an incident its next step."""
    desk.storm("上云镇")
    page(desk)
    said = desk.run("page", "list")
    alarm = next(line for line in said.splitlines() if "does not answer" in line)
    assert "上云镇" in alarm
    by_hand = next(line for line in said.splitlines() if "come" in line)
    assert "red" not in by_hand
    said = desk.run("incident", "show", "1")
    assert "fangxun response approve 1 I" in said
    assert said.count("上云镇") > 2
    assert "confirmed" in said


def test_an_incident_names_the_one_response_that_is_in_force(desk: Desk) -> None:
    """And who alone may lower it: two lines that both say "in force" would leave him to guess."""
    desk.storm("上云镇")
    for level, who in (("II", "江有声"), ("I", "云知山")):
        desk.run("response", "approve", "1", level, "--actor", who, "-r", "red")
    desk.run("response", "propose", "1", "III", "--actor", "荷立夏", "-r", "less rain")
    said = desk.run("incident", "show", "1").splitlines()
    three, two, one = (line for line in said if line.startswith("Response"))
    assert "云知山 may approve it" in three
    assert two.startswith("Response II: no longer in force")
    assert one.startswith("Response I: in force since")
