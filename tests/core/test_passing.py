"""A handover over all states and events; whose hand-off an instant is; matters until done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from fangxun.core.handover import (
    Handover,
    HandoverEvent,
    HandoverState,
    Matter,
    MatterEvent,
    MatterKind,
    MatterState,
    Seats,
    Verdict,
    hand_offs,
    late,
    may_sign,
    of_hand_off,
    seats_of,
    step,
)
from fangxun.core.handover.matters import step as step_matter
from fangxun.core.level import Level
from fangxun.core.roster import Role, Shift, Source, shifts
from fangxun.core.timeline import Span
from tests.core.rosters import HOUR, NOW, post, roster, rotation

HELD = Handover(1, "unit", NOW, NOW - 24 * HOUR, ("out", "both"), ("in", "both"), ("chief",))
BY = {
    HandoverEvent.PASS: "out",
    HandoverEvent.CONFIRM: "in",
    HandoverEvent.COUNTERSIGN: "chief",
    HandoverEvent.LAPSE: "system",
}
A, P, C, F, M = HandoverState
TO = {
    (A, HandoverEvent.PASS): P,
    (P, HandoverEvent.CONFIRM): C,
    (C, HandoverEvent.COUNTERSIGN): F,
    (A, HandoverEvent.LAPSE): M,
    (P, HandoverEvent.LAPSE): M,
}


def at(state):
    """A handover that has come so far, with who signed on the way."""
    signed = {"passed_by": "out"} if state in {P, C, F} else {}
    return replace(HELD, state=state, **signed, confirmed_by="in" if state in {C, F} else "")


@pytest.mark.parametrize(("state", "event"), list(product(HandoverState, HandoverEvent)))
def test_each_side_signs_in_its_turn_and_nothing_else_moves_a_handover(state, event):
    found = step(at(state), event, by=BY[event], now=NOW)
    assert found.handover.state is TO.get((state, event), state)
    assert (found.verdict is Verdict.SIGNED) is ((state, event) in TO)
    if found.verdict is not Verdict.SIGNED:
        assert found.handover == at(state)


@pytest.mark.parametrize(
    ("state", "event", "by", "verdict"),
    [
        (A, HandoverEvent.CONFIRM, "in", Verdict.NOT_PASSED),
        (A, HandoverEvent.COUNTERSIGN, "chief", Verdict.NOT_PASSED),
        (P, HandoverEvent.COUNTERSIGN, "chief", Verdict.NOT_CONFIRMED),
        (P, HandoverEvent.PASS, "both", Verdict.ALREADY),
        (M, HandoverEvent.PASS, "out", Verdict.OVER),
        (A, HandoverEvent.PASS, "in", Verdict.NOT_ENTITLED),
        (P, HandoverEvent.CONFIRM, "out", Verdict.NOT_ENTITLED),
        (C, HandoverEvent.COUNTERSIGN, "in", Verdict.NOT_ENTITLED),
    ],
)
def test_a_signature_that_is_refused_has_its_reason(state, event, by, verdict):
    assert step(at(state), event, by=by, now=NOW).verdict is verdict


def test_who_stays_on_watch_does_not_take_from_himself():
    passed = step(HELD, HandoverEvent.PASS, by="both", now=NOW).handover
    assert step(passed, HandoverEvent.CONFIRM, by="both", now=NOW).verdict is Verdict.OWN_HAND
    assert step(passed, HandoverEvent.CONFIRM, by="in", now=NOW).verdict is Verdict.SIGNED


def test_each_signature_keeps_its_name_and_instant():
    item = HELD
    for minutes, event in enumerate(list(HandoverEvent)[:3]):
        item = step(item, event, by=BY[event], now=NOW + timedelta(minutes=minutes)).handover
    assert (item.passed_by, item.confirmed_by, item.countersigned_by) == ("out", "in", "chief")
    assert (item.passed_at, item.countersigned_at) == (NOW, NOW + timedelta(minutes=2))


@pytest.mark.parametrize("state", list(HandoverState))
def test_it_is_late_from_the_bound_on_until_it_is_taken(state):
    within = timedelta(minutes=30)
    assert not late(at(state), within, now=NOW + timedelta(minutes=29))
    assert late(at(state), within, now=NOW + within) is (state in {A, P})


SEATS = seats_of(
    (
        post(),
        post("second", role=Role.DEPUTY),
        post("chief", role=Role.LEADER),
        post("extra", stands_from=Level.RED),
    ),
    "unit",
)


def stands(who, on, start, end):
    return Shift(on, Span(NOW + start * HOUR, NOW + end * HOUR), who, who, Source.TABLE)


def test_posts_that_a_level_switches_on_sign_no_handover():
    expected = Seats("unit", frozenset({"duty"}), frozenset({"second"}), frozenset({"chief"}))
    assert expected == SEATS


def test_a_hand_off_is_where_the_officers_change_and_deputies_and_leaders_sign_with_them():
    found = hand_offs(
        (
            stands("a", "duty", 0, 24),
            stands("b", "duty", 24, 48),
            stands("b", "duty", 48, 72),
            stands("d", "second", 0, 30),
            stands("x", "chief", 0, 24),
            stands("y", "chief", 24, 72),
        ),
        SEATS,
    )
    (only,) = found
    assert only.at == NOW + 24 * HOUR
    assert (only.outgoing, only.incoming) == (("a", "d"), ("b", "d"))
    assert only.leaders == ("x", "y")
    assert may_sign(of_hand_off("unit", only, since=NOW), HandoverEvent.CONFIRM) == ("b", "d")


def test_who_joins_a_watch_or_leaves_it_takes_it_over_from_nobody():
    """A second officer for the afternoon."""
    found = hand_offs(
        (stands("a", "duty", 0, 24), stands("b", "duty", 4, 10), stands("c", "duty", 24, 48)), SEATS
    )
    assert [(one.outgoing, one.incoming) for one in found] == [(("a",), ("c",))]


def test_after_a_hole_those_who_stood_last_hand_over():
    (only,) = hand_offs((stands("a", "duty", 0, 12), stands("b", "duty", 14, 24)), SEATS)
    assert (only.at, only.outgoing, only.incoming) == (NOW + 14 * HOUR, ("a",), ("b",))


def test_a_rotation_hands_over_once_a_turn():
    held = roster(rotations=(rotation("abc"),))
    found = hand_offs(shifts(held, Span(NOW, NOW + 96 * HOUR)), SEATS)
    assert [one.outgoing + one.incoming for one in found[:2]] == [("c", "a"), ("a", "b")]
    assert len({one.at for one in found}) == len(found)


OPEN = Matter(1, MatterKind.CALL, "gate opens at 14:00", "reservoir", "d", "a", NOW)


@pytest.mark.parametrize(("state", "event"), list(product(MatterState, MatterEvent)))
def test_a_matter_is_done_once_and_reopened_once(state, event):
    item = (
        OPEN
        if state is MatterState.OPEN
        else step_matter(OPEN, MatterEvent.DONE, by="b", now=NOW, result="told the town")
    )
    found = step_matter(item, event, by="c", now=NOW + HOUR, result="gate is shut")
    news = (state is MatterState.OPEN) is (event is MatterEvent.DONE)
    assert (found is not None) is news
    if found is not None:
        assert found.result == ("gate is shut" if event is MatterEvent.DONE else "")
        assert (found.done_at is None) is (found.state is MatterState.OPEN)
