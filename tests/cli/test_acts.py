"""Who may act, what is asked of him, and what a rehearsal leaves behind."""

from __future__ import annotations

import os
import pwd
from datetime import timedelta

import pytest

from fangxun import clock
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
    desk.run("page", "ack", number, "-r", "I know")
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
    said = desk.run("page", "ack", other, "-r", "x", code=4)
    assert "云出岫" in said, "a name, not an id"
    desk.run("page", "ack", own, "-r", "I know")
    said = desk.run("page", "relay", other, "--by", "云出岫", "--how", "telephone", "-r", "he rang")
    assert "of 云出岫" in said, "whose page it was"
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
    desk.run("page", "ack", number, "-r", "x", code=4)
    monkeypatch.setenv("SUDO_UID", str(own))
    desk.run("page", "ack", number, "-r", "x")


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


def soon() -> tuple[str, ...]:
    """Two days and nights, from the day after tomorrow on."""
    first, last = (clock.now() + timedelta(days=days) for days in (2, 4))
    return ("--from", f"{first:%Y-%m-%d}T08:00", "--to", f"{last:%Y-%m-%d}T08:00")


SOON = soon()
REHEARSED = [
    (("incident", "raise", "上云镇", "red"), "云出岫"),
    (("page", "send", "云出岫", "--text", "come"), "云出岫"),
    (("warning", "add", "orange", "--area", "上云镇", "-t", "heavy rain"), "上云镇"),
    (("roster", "cover", "--post", "fxb-officer", "--who", "谷回音", *SOON), "谷回音"),
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


def test_a_refused_cover_names_people_and_posts(desk: Desk) -> None:
    """An officer knows names; ids stand in files. He stands every other day."""
    cover = ("roster", "cover", "--post", "fxb-officer", "--who", "石径斜", *SOON)
    said = desk.run(*cover, *WHO, code=4)
    assert "石径斜" in said
    assert "shi-jingxie" not in said
