"""Cover, swap, add, remove, leave and undo from the terminal."""

from __future__ import annotations

import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

from fangxun import clock
from fangxun.core.errors import Conflict
from fangxun.core.roster import SwapRequest
from fangxun.engine import acts
from fangxun.engine.acts import Act
from tests.cli.conftest import Desk

OFFICER = "zhu-xiaoman"
WHO = ("--actor", OFFICER, "--reason", "typhoon course")
POST = ("--post", "fxb-officer")
TODAY = clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date()


def days(ahead: int) -> tuple[str, str]:
    """The watch of a day from today on, as options."""
    first, last = (TODAY + timedelta(days=ahead + n) for n in (0, 1))
    return f"--from={first}T08:00", f"--to={last}T08:00"


DAY = days(30)


def events(desk: Desk) -> list[str]:
    """What the journal says of the roster."""
    told = ("override", "leave_", "roster_")
    return [e for line in desk.lines() if (e := line.entry.event.value).startswith(told)]


def officer(desk: Desk, ahead: int = 30) -> str:
    """Who stands on the district's first post at noon of a day."""
    noon = f"{TODAY + timedelta(days=ahead)}T12:00"
    (found,) = desk.json("who", "--at", noon, "--post", "fxb-officer")
    return str(found["person"])


def test_an_edit_shows_before_and_after_and_the_number_to_undo_it_by(desk: Desk) -> None:
    """A rehearsal shows the same and keeps nothing; undone, all is as it was."""
    before = officer(desk)
    words = ("roster", "cover", *POST, "--who", "柳问桥", *DAY, *WHO)
    told = desk.run(*words, "--dry-run")
    assert officer(desk) == before
    said = desk.run(*words)
    for title in ("before:", "after:"):
        assert [line for line in told.splitlines() if line.startswith(title)] == [
            line for line in said.splitlines() if line.startswith(title)
        ]
    assert officer(desk) == "liu-wenqiao"
    assert "柳问桥" in desk.run("roster", "edits")
    desk.run("roster", "undo", "1", *WHO)
    assert officer(desk) == before
    assert "None." in desk.run("roster", "edits")
    assert events(desk) == ["override_added", "override_undone"]


def test_a_hole_is_refused_and_forced_it_stands_in_the_journal(desk: Desk) -> None:
    """With what spoke against it."""
    words = ("roster", "remove", *POST, "--who", officer(desk), *DAY, *WHO)
    assert "--force" in desk.run(*words, code=4)
    assert "in spite of: too few people" in desk.run(*words, "--force")
    entry = desk.lines()[-1].entry
    assert dict(entry.data)["forced"] == ["hole"]


def test_leave_is_written_down_with_who_stands_instead(desk: Desk) -> None:
    """Refused while nobody does; undone in one with the covers."""
    away = officer(desk)
    words = ("roster", "leave", "--who", away, *DAY, *WHO)
    assert "is on leave then" in desk.run(*words, code=4)
    desk.run(*words, "--by", "柳问桥")
    assert officer(desk) == "liu-wenqiao"
    desk.run("roster", "undo", "1", "--leave", *WHO)
    assert officer(desk) == away
    assert events(desk) == ["override_added", "leave_added", "override_undone", "leave_undone"]


def test_a_correction_of_the_past_names_its_approver(desk: Desk) -> None:
    """It is added; the line says who approved it."""
    words = ("roster", "add", *POST, "--who", "柳问桥", *days(-5), *WHO)
    assert "--approved-by" in desk.run(*words, code=4)
    desk.run(*words, "--approved-by", "shi-jianchuan")
    entry = desk.lines()[-1].entry
    assert entry.event.value == "roster_corrected"
    assert dict(entry.data)["approver"] == "shi-jianchuan"


def test_of_two_identical_edits_at_once_one_wins_and_the_other_is_told(desk: Desk) -> None:
    """Two terminals that saw the same roster swap the same two shifts at the same moment; were
    both kept, the second would swap them back."""
    now = clock.now()
    first = now + timedelta(days=30)
    later = next(n for n in range(31, 45) if officer(desk, n) != officer(desk))
    second = now + timedelta(days=later)
    request = SwapRequest(
        "fxb-officer", first, "fxb-officer", second, reason="asked", actor=OFFICER, seen=0
    )
    ends: list[str] = []
    ready = threading.Barrier(2)

    def one() -> None:
        opened = desk.store()
        try:
            ready.wait(timeout=20)
            acts.edit_roster(opened, request, act=Act(OFFICER, "asked", now))
            ends.append("kept")
        except Conflict:
            ends.append("told")
        finally:
            opened.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["kept", "told"]
    assert events(desk) == ["override_added"] * 2


def test_why_says_which_rule_counts_and_why_the_others_do_not(desk: Desk) -> None:
    """In the order of precedence, in the reader's language, with whose turn it used."""
    before = officer(desk)
    desk.run("roster", "cover", *POST, "--who", "柳问桥", *DAY, *WHO)
    noon = f"{TODAY + timedelta(days=30)}T12:00"
    said = desk.run("who", "--at", noon, "--post", "fxb-officer", "--why").splitlines()
    grounds = [line.strip() for line in said if line.startswith("      ")]
    assert grounds[0].startswith("override 1: 柳问桥 instead of whoever stands (竹小满: typhoon")
    assert sum(", turn " in line for line in grounds) == 1, before
    assert sum("does not count: it is for days of another type" in line for line in grounds) == 2
