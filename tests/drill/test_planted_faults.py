"""Faults planted in the engine, one at a time: the drill's checks must find each of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fangxun.core import handover, incident, journal, page
from fangxun.core.escalation import Skip
from fangxun.core.level import Level
from fangxun.core.plan import Contact
from fangxun.drill import checks
from fangxun.drill.storms import Expected, Storm, local, storm
from fangxun.drill.world import ASLEEP
from fangxun.engine import acknowledge, alarms, dispatch, escalate, notices, respond, texts
from fangxun.store import ledger, outbox
from tests.storms import play

GULLY = ("shangyun", Level.RED), ("jiazi-gully", Level.RED)


def short() -> Storm:
    """Omoto's first hour and a half: red at once, an official covered, everybody else confirms."""
    return replace(
        storm("omoto"),
        start=local("2026-08-13", 18, 40),
        end=local("2026-08-13", 20),
        expected=Expected(GULLY, pages=15, unreached=(), reaches_all_clear=False),
    )


def brief() -> Storm:
    """The same to the last confirmation; what waits unsent is looked at every second."""
    return replace(short(), end=local("2026-08-13", 19, 15))


def sleepy() -> Storm:
    """The same, where deputy and leaders sleep, too: pages go unreached, and alarms tell it."""
    asleep = ("gu-huiyin", "ling-shangqing", "yun-chuxiu", "shi-jianchuan")
    return replace(
        short(),
        habits=dict.fromkeys(asleep, ASLEEP),
        expected=Expected(
            GULLY, pages=15, unreached=("gu-huiyin", "yun-chuxiu", "shi-jianchuan"),
            reaches_all_clear=False,
        ),
    )  # fmt: skip


def handing_over() -> Storm:
    """A Monday morning without rain: every leader hands over at eight."""
    return replace(
        storm("omoto"),
        start=local("2026-08-17", 7, 50),
        end=local("2026-08-17", 8, 10),
        items={},
        expected=Expected((), pages=0, unreached=(), reaches_all_clear=False),
    )


def quiet_days() -> Storm:
    """Two days in which nothing happens, and no leader hands over."""
    return replace(handing_over(), start=local("2026-08-18", 9), end=local("2026-08-20", 9))


@pytest.mark.parametrize(
    "chosen", [short, brief, sleepy, handing_over, quiet_days], ids=lambda chosen: chosen.__name__
)
def test_without_a_fault_every_check_holds(chosen: Callable[[], Storm], tmp_path: Path) -> None:
    """What the planted faults are measured against."""
    storm_ = chosen()
    found = play(storm_, tmp_path)
    assert [str(v) for v in checks.check(found.outcome, storm_.expected, found.key)] == []


Plant = Callable[[pytest.MonkeyPatch], None]


def ack_dropped(patch: pytest.MonkeyPatch) -> None:
    """A reply is read, and the confirmation is never kept."""
    patch.setattr(acknowledge, "confirmed", lambda _tx, item, **_rest: item)


def step_skipped(patch: pytest.MonkeyPatch) -> None:
    """Deputies and leaders are never turned to."""
    real = escalate.escalation.reach

    def reach(item: Any, rung: Any, *rest: Any) -> Any:
        others = {Contact.DEPUTY, Contact.LEADER}
        return Skip.NOBODY if rung.contact in others else real(item, rung, *rest)

    patch.setattr(escalate.escalation, "reach", reach)


def outbox_row_forgotten(patch: pytest.MonkeyPatch) -> None:
    """The last of the claimed rows is marked as sending and never sent."""
    real = outbox.claim
    patch.setattr(outbox, "claim", lambda tx, **rest: real(tx, **rest)[:-1])


def nothing_dispatched(patch: pytest.MonkeyPatch) -> None:
    """The dispatcher sleeps."""
    patch.setattr(dispatch.Dispatcher, "drain", lambda _self, **_rest: None)


def message_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A step is fired and journalled, and one of its messages never reaches the outbox."""
    real = outbox.queue
    patch.setattr(outbox, "queue", lambda tx, attempts: real(tx, attempts[1:]))


def sent_twice(patch: pytest.MonkeyPatch) -> None:
    """Each message is queued a second time under another id."""
    real = outbox.queue

    def queue(tx: Any, attempts: Any) -> None:
        real(tx, [*attempts, *[replace(a, id=a.id[::-1]) for a in attempts]])

    patch.setattr(outbox, "queue", queue)


def unreached_without_alarm(patch: pytest.MonkeyPatch) -> None:
    """A ladder ends, and nobody is told."""
    patch.setattr(alarms, "open_for", lambda *_args, **_rest: False)


def raise_swallowed(patch: pytest.MonkeyPatch) -> None:
    """Levels change, incidents do not."""
    patch.setattr(incident, "develop", lambda *_args, **_rest: ())


def paged_twice(patch: pytest.MonkeyPatch) -> None:
    """A second page is opened for everybody, under another key."""
    real = respond._open  # noqa: SLF001  the fault is planted where the page is made

    def opened(*given: Any, **rest: Any) -> Any:
        real(*given, **rest)
        with patch.context() as inside:
            key = page.page_key
            inside.setattr(page, "page_key", lambda *parts: key(*parts) + "/again")
            return real(*given, **rest)

    patch.setattr(respond, "_open", opened)


def posts_not_switched_on(patch: pytest.MonkeyPatch) -> None:
    """Reinforcements stay at home."""
    patch.setattr(respond, "switched_on", lambda _view, _places: frozenset())


def journal_not_chained(patch: pytest.MonkeyPatch) -> None:
    """A line is written with the hash of another."""
    real = journal.chain

    def chain(key: bytes, previous: str, seq: int, entry: Any) -> str:
        return real(key, previous, seq + (seq == 30), entry)

    patch.setattr(ledger, "chain", chain)


def site_officials_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Only the town's own officials are paged for a hazard site."""
    real = respond.calling.required

    def required(plan: Any, raised: Any, present: Any, **named: Any) -> Any:
        own = tuple(o for o in present.scope.officials if o.place != "jiazi-gully")
        here = replace(present, scope=replace(present.scope, officials=own))
        return real(plan, raised, here, **named)

    patch.setattr(respond.calling, "required", required)


def wrong_words(patch: pytest.MonkeyPatch) -> None:
    """Whatever is queued names another town."""
    real = outbox.queue

    def queue(tx: Any, attempts: Any) -> None:
        real(tx, [replace(a, text=a.text.replace("上云镇", "下云镇")) for a in attempts])

    patch.setattr(outbox, "queue", queue)


def wrong_level(patch: pytest.MonkeyPatch) -> None:
    """The text makes less of it than it is."""
    real = texts.fields_of

    def fields(*given: Any) -> Any:
        return {**real(*given), "level": "蓝色"}

    patch.setattr(texts, "fields_of", fields)


def hand_over_untold(patch: pytest.MonkeyPatch) -> None:
    """The watch changes, and nobody gets a notice."""
    patch.setattr(notices, "to_people", lambda *_given, **_rest: [])


def head_made_up(patch: pytest.MonkeyPatch) -> None:
    """The notice says a head that the journal never had."""
    real = handover.note

    def note(**fields: Any) -> Any:
        return real(**{**fields, "head": "0123456789abcdef"})

    patch.setattr(handover, "note", note)


PLANTED: list[tuple[Plant, Callable[[], Storm], str]] = [
    (ack_dropped, short, r"page 1 .* is unreached at the end, and no human knows"),
    (step_skipped, short, r"unreached: expected \[\], found \['gu-huiyin'\]"),
    (outbox_row_forgotten, short, r"attempt \w+ is still sending"),
    (nothing_dispatched, brief, r"attempt \w+ is still queued"),
    (message_forgotten, short, r"page \d+: 1 steps to \S+, and 0 messages"),
    (sent_twice, short, r"page 1 sent yun-chuxiu the same text 2 times"),
    (raise_swallowed, short, r"raises: expected .*shangyun.*, found \[\]"),
    (paged_twice, short, r"pages: expected 15, found 30"),
    (posts_not_switched_on, short, r"pages: expected 15, found 11"),
    (journal_not_chained, short, r"the journal is altered at line 30"),
    (site_officials_forgotten, short, r"pages: expected 15, found 14"),
    (
        unreached_without_alarm,
        sleepy,
        r"page 1 .*/yun-chuxiu. is unreached at the end, and no human knows",
    ),
    (wrong_words, short, r"the text of page 1 to yun-chuxiu does not say 上云镇, 红色: .*下云镇"),
    (wrong_level, short, r"the text of page 1 to yun-chuxiu does not say 上云镇, 红色: .*蓝色"),
    (hand_over_untold, handing_over, r"lin-tingyu took over post/fxb-leader and was told nothing"),
    (head_made_up, handing_over, r"lin-tingyu took over post/fxb-leader and was told nothing"),
    (hand_over_untold, quiet_days, r"no head of the journal left the machine from 2026-08-18T01"),
    (head_made_up, quiet_days, r"no head of the journal left the machine from 2026-08-18T01"),
]
"""What is planted, the storm in which it shows, and the violation that tells of it."""


@pytest.mark.parametrize(
    ("plant", "chosen", "told"), PLANTED, ids=[f"{p.__name__}-{c.__name__}" for p, c, _t in PLANTED]
)
def test_a_planted_fault_makes_the_drill_fail(
    plant: Plant, chosen: Callable[[], Storm], told: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Each of these engines would lose or drown somebody; the check that is there for it says so,
    and not merely one that something upset as well."""
    storm_ = chosen()
    plant(monkeypatch)
    left = play(storm_, tmp_path)
    found = [str(v) for v in checks.check(left.outcome, storm_.expected, left.key)]
    assert any(re.search(told, one) for one in found), found
