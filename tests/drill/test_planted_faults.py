"""Faults planted in the engine, one at a time: the drill's checks must find each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fangxun.core import incident, journal, page
from fangxun.core.escalation import Skip
from fangxun.core.level import Level
from fangxun.core.plan import Contact
from fangxun.drill import checks
from fangxun.drill.storms import Expected, Storm, local, storm
from fangxun.drill.world import ASLEEP
from fangxun.engine import acknowledge, alarms, dispatch, escalate, respond
from fangxun.store import ledger, outbox
from tests.drill.test_storms import played

GULLY = ("shangyun", Level.RED), ("jiazi-gully", Level.RED)


def short() -> Storm:
    """Omoto's first hour and a half: red at once, an official covered, everybody else confirms."""
    return replace(
        storm("omoto"),
        start=local("2026-08-13", 18, 40),
        end=local("2026-08-13", 20),
        expected=Expected(GULLY, pages=15, unreached=(), reaches_all_clear=False),
    )


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


@pytest.mark.parametrize("chosen", [short(), sleepy()], ids=["short", "sleepy"])
def test_without_a_fault_every_check_holds(chosen: Storm, tmp_path: Path) -> None:
    """What the planted faults are measured against."""
    outcome, key = played(chosen, tmp_path)
    assert [str(v) for v in checks.check(outcome, chosen.expected, key)] == []


Plant = Callable[[pytest.MonkeyPatch], None]


def ack_dropped(patch: pytest.MonkeyPatch) -> None:
    """A reply is read, and the confirmation is never kept."""
    patch.setattr(acknowledge, "confirm", lambda _tx, item, **_rest: item)


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


SHORT: list[Plant] = [
    ack_dropped, step_skipped, outbox_row_forgotten, nothing_dispatched, message_forgotten,
    sent_twice, raise_swallowed, paged_twice, posts_not_switched_on, journal_not_chained,
    site_officials_forgotten,
]  # fmt: skip
PLANTED = [(plant, short) for plant in SHORT] + [(unreached_without_alarm, sleepy)]


@pytest.mark.parametrize(("plant", "chosen"), PLANTED, ids=[p.__name__ for p, _c in PLANTED])
def test_a_planted_fault_makes_the_drill_fail(
    plant: Plant, chosen: Callable[[], Storm], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of these engines would lose or drown somebody; the checks say so."""
    played_storm = chosen()
    plant(monkeypatch)
    outcome, key = played(played_storm, tmp_path)
    assert checks.check(outcome, played_storm.expected, key)
