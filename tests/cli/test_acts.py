"""Who may act, what is asked of him, and what a rehearsal leaves behind."""

from __future__ import annotations

import os
import pwd
import re

import pytest

from fangxun import text
from fangxun.cli import main
from tests.cli.conftest import Desk

OFFICER, OTHER = "zhu-xiaoman", "yun-chuxiu"
WHO = ("--actor", OFFICER, "--reason", "the dam keeper phoned")


def page(desk: Desk, person: str) -> str:
    """A page sent by hand; its number."""
    desk.run("page", "send", person, "--text", "come", *WHO)
    return str(desk.json("page", "list")[-1]["id"])


def test_the_account_is_the_kernel_s_and_not_what_the_environment_says(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sets LOGNAME to the leader's account does not become the leader."""
    number = page(desk, OTHER)
    desk.run("incident", "raise", "上云镇", "red", "--reason", "x", code=4)
    desk.map_account(OTHER)
    monkeypatch.setenv("LOGNAME", "somebody")
    desk.run("page", "ack", number)
    assert desk.json("page", "list") == []


def test_an_account_that_is_nobody_s_confirms_for_nobody(desk: Desk) -> None:
    """It is told what to do: map the account, or relay."""
    said = desk.run("page", "ack", page(desk, OTHER), code=4)
    assert "people.csv" in said
    assert "fangxun page relay" in said


def test_one_s_own_account_confirms_one_s_own_page_and_no_other(desk: Desk) -> None:
    """The page of somebody else is relayed, and is shown as relayed."""
    own, other = page(desk, OFFICER), page(desk, OTHER)
    desk.map_account(OFFICER)
    said = desk.run("page", "ack", other, code=4)
    assert "云出岫" in said, "a name, not an id"
    desk.run("page", "ack", own)
    desk.run("page", "relay", other, "--by", "云出岫", "--how", "telephone", "--said", "on my way")
    lines = {line.entry.event.value: line.entry for line in desk.lines()}
    assert lines["page_confirmed"].actor == OTHER
    assert lines["incident_noted"].actor == OFFICER


def test_sudo_s_account_stands_for_a_service_s_that_is_nobody_s(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`sudo -u fangxun fangxun page ack`: the person behind sudo acts, not the service."""
    number = page(desk, OTHER)
    desk.map_account(OTHER)
    own = os.getuid()
    service = next(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid != own)
    monkeypatch.setattr(os, "getuid", lambda: service)
    desk.run("page", "ack", number, code=4)
    monkeypatch.setenv("SUDO_UID", str(own))
    desk.run("page", "ack", number)


def test_an_account_cannot_act_as_another_person(desk: Desk) -> None:
    """One who is known is himself."""
    desk.map_account(OFFICER)
    said = desk.run("page", "send", OTHER, "--text", "come", "--actor", OTHER, "-r", "x", code=4)
    assert "竹小满" in said


def test_who_acts_at_a_shared_terminal_stands_beside_its_account(desk: Desk) -> None:
    """The journal keeps that he only said who he is."""
    desk.run("incident", "raise", "上云镇", "orange", *WHO)
    entry = next(line.entry for line in desk.lines() if line.entry.event.value == "raised")
    assert entry.actor == OFFICER
    assert dict(entry.data)["account"] == pwd.getpwuid(os.getuid()).pw_name
    assert entry.reason == "the dam keeper phoned"


REHEARSED = [
    (("incident", "raise", "上云镇", "red"), "云出岫"),
    (("page", "send", "云出岫", "--text", "come"), "云出岫"),
    (("warning", "add", "orange", "--area", "上云镇", "-t", "heavy rain"), "上云镇"),
    (("roster", "cover", "--post", "fxb-officer", "--who", "云出岫", "--from",
      "2026-11-28T08:00", "--to", "2026-11-28T20:00"), ""),
]  # fmt: skip


@pytest.mark.parametrize(("words", "named"), REHEARSED, ids=[w[0][1] for w in REHEARSED])
def test_a_rehearsal_shows_whom_it_would_reach_and_keeps_nothing(
    desk: Desk, words: tuple[str, ...], named: str
) -> None:
    """The same checks and words; the database is as it was, to the last line of the journal."""
    before = desk.lines()
    said = desk.run(*words, "--dry-run", *WHO)
    assert "Nothing was changed." in said
    assert named in said
    assert desk.lines() == before
    assert desk.json("page", "list") == []


def test_what_a_rule_forbids_is_forbidden_in_a_rehearsal_too(desk: Desk) -> None:
    """Else it would promise what does not come."""
    desk.run("incident", "lower", "上云镇", "--dry-run", *WHO, code=4)
    desk.run("incident", "stand-down", "1", "--dry-run", *WHO, code=5)
    desk.run("incident", "raise", "nowhere", "red", "--dry-run", *WHO, code=5)


WRONG = [
    (("page", "ack", "x"), 2), (("incident", "raise", "上云镇", "pink", *WHO), 2),
    (("page", "relay", "999", "--by", OTHER, "--how", "telephone", *WHO), 5),
    (("page", "send", "nobody", "--text", "x", *WHO), 5),
    (("page", "send", OTHER, "--text", "x", "--actor", "nobody", "-r", "x"), 3),
    (("who", "--at", "yesterday"), 3), (("who", "--at", "2026-11-24T99:00"), 3),
    (("roster", "apply", "nowhere"), 3), (("journal", "verify", "--anchor", "x"), 3),
    (("response", "approve", "1", "II", *WHO), 5), (("feed", "poll", "nothing"), 5),
    (("warning", "end", "nothing", *WHO), 5), (("init",), 6),
    (("warning", "add", "red", "--area", "上云镇", "-t", "x", "--hours", "nan", *WHO), 2),
]  # fmt: skip


@pytest.mark.parametrize(("words", "code"), WRONG, ids=[" ".join(w[:3]) for w, _c in WRONG])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_wrong_command_is_answered_by_one_clear_sentence_and_its_code(
    desk: Desk, language: str, words: tuple[str, ...], code: int
) -> None:
    """No trace; in Chinese no English word beyond names, options and examples."""
    text.install(language)
    said = desk.run(*words, code=code)
    assert "Traceback" not in said
    assert said.strip()
    if language == "zh_CN":
        assert re.search(r"[\u4e00-\u9fff]", said)


def test_a_refused_cover_names_people_and_posts(desk: Desk) -> None:
    """An officer knows names; ids stand in files."""
    said = desk.run(
        "roster", "cover", "--post", "fxb-officer", "--who", "石径斜", "--from",
        "2026-11-28T08:00", "--to", "2026-11-28T20:00", *WHO, code=4,
    )  # fmt: skip
    assert "石径斜" in said
    assert "shi-jingxie" not in said


def test_each_exit_code_has_one_meaning() -> None:
    """The table of README."""
    codes = [code for _name, code, _meaning in main.EXIT_CODES]
    assert len(set(codes)) == len(codes)


def test_the_journal_is_read_without_ids(desk: Desk) -> None:
    """People, places and posts by name, events and reasons in words."""
    desk.run("incident", "raise", "上云镇", "orange", *WHO)
    page(desk, OTHER)
    text.install("zh_CN")
    said = desk.run("journal", "show")
    assert "竹小满" in said
    assert OFFICER not in said
    assert OTHER not in said
    assert "page_opened" not in said
