"""The journal of whole storms, read in a duty room: words, names, local times; nothing of ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from fangxun import text
from fangxun.cli import lines
from fangxun.cli.lines import Known
from fangxun.core.journal import Entry, Event, Line
from fangxun.engine.view import Lookout
from fangxun.store import journal
from fangxun.text import codes
from tests.cli.conftest import Desk
from tests.storms import Played, shared

OURS = re.compile(r"[{}=]|'|\b[a-z]+_[a-z_]+\b|\d{4}-\d\d-\d\dT|\+00:00|\bp/\d|\bNone\b|\bTrue\b")
"""What only the program says: Python, its codes, instants in UTC, keys."""
NAMES = {
    "gauges", "warnings", "console", "simulated", "II", "III", "IV", "drill", "ladder", "omoto",
}  # fmt: skip
"""Feeds, gateways and storms as they are configured; the response levels."""


@dataclass(frozen=True)
class Told:
    """A storm's lines with their words in Chinese."""

    pairs: list[tuple[Line, str]]

    def of(self, event: Event) -> list[str]:
        return [said for line, said in self.pairs if line.entry.event is event]


@pytest.fixture(params=[shared("ladder"), shared("omoto")])
def told(request: pytest.FixtureRequest, storms: Callable[[str], Played]) -> Told:
    """What the journal of a storm says."""
    left = storms(request.param)
    text.install("zh_CN")
    with left.read() as tx:
        every = journal.lines(tx)
        seen = Lookout().look(tx, now=left.now)
        known = lines.known(tx, seen, [line.entry for line in every])
    found = Told([(line, lines.told(line.entry, known)) for line in every])
    text.install("en")
    return found


def test_no_line_of_a_storm_holds_a_word_of_the_program(told: Told) -> None:
    """Each line of some hundred."""
    assert len(told.pairs) > 100
    odd = {
        said: found
        for line, said in told.pairs
        if (found := OURS.findall(said) or strange(said, line.entry))
    }
    assert not odd


def strange(said: str, entry: Entry) -> list[str]:
    """English words, but for what people gave as their reason, and for numbers and codes."""
    reason = "" if entry.actor == "system" else entry.reason
    left = re.sub(r"(发送|编号|链首|代码) \S+", "", said.replace(reason, ""))
    return [word for word in re.findall(r"[A-Za-z]{2,}", left) if word not in NAMES]


def test_a_level_change_says_why_in_one_phrase(told: Told) -> None:
    """The gauge, the amount, the hours and the limit."""
    reached = [
        said for said in told.of(Event.LEVEL_CHANGED) if "红色" in said and "已达阈值" in said
    ]
    assert reached
    assert all(re.search(r"\d小时 \d+(\.\d)?毫米 ≥\d+", said) for said in reached)


def test_a_page_is_told_with_whose_it_is_and_for_what(told: Told) -> None:
    """A number alone sends the reader to another screen."""
    for line, said in told.pairs:
        if line.entry.event is Event.PAGE_CONFIRMED:
            data = dict(line.entry.data)
            assert str(data["person"]) not in said
            assert re.search(r"叫应 \d+ [\u4e00-\u9fff]+ [\u4e00-\u9fff]+", said)


def test_an_instant_in_a_line_is_the_room_s(desk: Desk) -> None:
    """Eight hours from UTC."""
    at = datetime.fromisoformat("2026-07-20T00:00:00+00:00")
    entry = Entry(at, Event.HANDOVER, "system", "post/x", "hand_off", (("until", at.isoformat()),))
    assert "07-20 08:00" in lines.told(entry, Known("Asia/Shanghai"))
    assert desk.run("journal", "show")


def test_a_line_of_an_unknown_kind_is_still_told() -> None:
    """A newer Fangxun may have written it, or a person."""
    entry = Entry(
        datetime.fromisoformat("2026-07-20T00:00:00+00:00"), Event.STARTED, "nobody", "thing/7",
        "because", (("odd", {"a": 1}), ("empty", ""), ("round", 0), ("ok", True)),
    )  # fmt: skip
    said = lines.told(entry, Known())
    assert "thing 7" in said
    assert "because" in said
    assert "yes" in said


@pytest.mark.parametrize("code", sorted(codes.OURS))
def test_a_code_of_ours_is_told_in_words(code: str) -> None:
    """Nobody at night looks "no-gateway" up; a provider's number stays, for its hotline."""
    at = datetime(2026, 7, 20, tzinfo=UTC)
    for said, number in ((code, False), ("30005", True)):
        entry = Entry(at, Event.ATTEMPT_SETTLED, "system", "attempt/1", "", (("code", said),))
        text.install("zh_CN")
        line = lines.told(entry, Known())
        text.install("en")
        assert (said in line) == number
