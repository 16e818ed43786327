"""Which warnings stand at an instant: chains, re-issues, ends, and what cannot be confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.level import Hazard, Level
from fangxun.core.warning import (
    OWN_BOUND,
    PAGING,
    Bulletin,
    FeedHealth,
    MessageType,
    Reference,
    Status,
    Target,
    in_force,
)

NOW = datetime(2026, 7, 20, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def message(
    identifier: str,
    hours: float = -2,
    kind: MessageType = MessageType.ALERT,
    *,
    level: Level = Level.ORANGE,
    names: tuple[str, ...] = (),
    **changes: object,
) -> Bulletin:
    """An orange rainstorm warning for one area, sent so many hours from now, good for a day."""
    fields: dict[str, object] = {
        "feed": "cma",
        "sender": "obs",
        "identifier": identifier,
        "sent": NOW + hours * HOUR,
        "status": Status.ACTUAL,
        "message_type": kind,
        "hazard": Hazard.RAIN,
        "event": "暴雨",
        "level": level,
        "headline": "暴雨预警",
        "expires": NOW + 20 * HOUR,
        "references": tuple(Reference("obs", name) for name in names),
        "targets": (Target("云溪", ("999901000000",)),),
    }
    return Bulletin(**{**fields, **changes})  # type: ignore[arg-type]  # any field


UPDATE, CANCEL = MessageType.UPDATE, MessageType.CANCEL


def standing(*bulletins: Bulletin, now: datetime = NOW, **health: FeedHealth) -> list[str]:
    """Identifiers of what stands; those unconfirmed with a question mark."""
    found = in_force(bulletins, health, now=now)
    return [item.bulletin.identifier + "?" * item.unconfirmed for item in found]


def test_an_alert_stands_until_it_expires() -> None:
    one = message("a", expires=NOW + HOUR)
    assert standing(one) == ["a"]
    assert standing(one, now=NOW + HOUR) == []


@pytest.mark.parametrize("hazard", Hazard)
def test_only_hazards_that_page_stand(hazard: Hazard) -> None:
    assert bool(standing(message("a", hazard=hazard))) is (hazard in PAGING)


def test_an_update_takes_the_place_of_what_it_names_whichever_way_the_level_goes() -> None:
    first = message("a", -3)
    for level in (Level.RED, Level.BLUE):
        assert standing(first, message("b", -1, UPDATE, level=level, names=("a",))) == ["b"]


def test_an_update_of_other_words_still_ends_what_it_names() -> None:
    update = message("b", -1, UPDATE, names=("a",), event="洪水", hazard=Hazard.FLOOD)
    assert standing(message("a"), update) == ["b"]


def test_a_cancel_ends_what_it_names_and_what_that_had_replaced() -> None:
    chain = [message("a", -3), message("b", -2, UPDATE, names=("a",))]
    assert standing(*chain, message("c", -1, CANCEL, names=("b",))) == []


def test_a_cancel_that_keeps_severity_extreme_is_a_cancel() -> None:
    assert standing(message("a"), message("c", -1, CANCEL, level=Level.RED, names=("a",))) == []


def test_a_late_cancel_of_an_old_message_does_not_take_back_its_successor() -> None:
    chain = [message("a", -3), message("b", -2, level=Level.RED)]
    assert standing(*chain, message("c", -1, CANCEL, names=("a",))) == ["b"]


def test_a_cancel_of_what_we_never_saw_ends_what_is_the_same_by_content() -> None:
    assert standing(message("b"), message("c", -1, CANCEL, names=("unseen",))) == []
    assert standing(message("b"), message("c", -1, CANCEL)) == []


def test_a_cancel_of_what_we_never_saw_for_another_area_ends_nothing() -> None:
    elsewhere = (Target("外县", ("999902000000",)),)
    cancel = message("c", -1, CANCEL, names=("unseen",), targets=elsewhere)
    assert standing(message("b"), cancel) == ["b"]


def test_a_cancel_alone_is_normal_and_stands_for_nothing() -> None:
    assert standing(message("c", -1, CANCEL, names=("unseen",))) == []


def test_an_update_whose_original_was_never_seen_stands() -> None:
    assert standing(message("b", -1, UPDATE, names=("unseen",))) == ["b"]


def test_an_all_clear_of_any_type_ends_what_it_names() -> None:
    assert standing(message("a"), message("b", -1, UPDATE, names=("a",), all_clear=True)) == []
    assert standing(message("a"), message("b", -1, all_clear=True)) == []


def test_a_message_that_names_itself_stands() -> None:
    assert standing(message("a", -1, UPDATE, names=("a",))) == ["a"]


def test_messages_that_name_each_other_leave_the_latest_standing() -> None:
    one = message("a", -2, UPDATE, names=("b",))
    assert standing(one, message("b", -1, UPDATE, names=("a",), event="大暴雨")) == ["b"]


def test_a_reference_matches_though_its_time_is_the_new_messages_own() -> None:
    """Only sender and identifier are compared; core keeps no time of a reference at all."""
    assert Reference.__slots__ == ("sender", "identifier")


def test_another_senders_message_of_the_same_identifier_is_another() -> None:
    other = message("b", -1, UPDATE, sender="elsewhere", names=())
    update = replace(other, references=(Reference("elsewhere", "a"),))
    assert standing(message("a"), update) == ["a", "b"]


def test_a_re_issue_without_references_takes_the_place_of_the_earlier_one() -> None:
    assert standing(message("a", -3), message("b", -1)) == ["b"]


def test_a_re_issue_never_swallows_an_upgrade() -> None:
    found = in_force([message("a", -3), message("b", -1, level=Level.RED)], {}, now=NOW)
    assert [item.bulletin.level for item in found] == [Level.RED]


def test_at_the_same_second_the_higher_level_and_the_warning_win() -> None:
    pair = [message("z", level=Level.YELLOW), message("a", level=Level.RED)]
    assert standing(*pair) == standing(*reversed(pair)) == ["a"]
    assert standing(message("a"), message("z", kind=CANCEL)) == ["a"]


def test_two_events_two_areas_or_two_feeds_are_two_warnings() -> None:
    others = [
        message("b", event="山洪", hazard=Hazard.FLASH_FLOOD),
        message("c", targets=(Target("上云镇", ("999901101000",)),)),
        message("d", feed="other"),
        message("e", sender="province"),
    ]
    assert sorted(standing(message("a"), *others)) == ["a", "b", "c", "d", "e"]


def test_messages_that_name_no_area_are_re_issues_of_no_other() -> None:
    assert sorted(standing(message("a", targets=()), message("b", -1, targets=()))) == ["a", "b"]


@pytest.mark.parametrize(
    ("status", "counts"),
    [(Status.ACTUAL, True), (Status.EXERCISE, False), (Status.TEST, False),
     (Status.SYSTEM, False), (Status.DRAFT, False)],
)  # fmt: skip
def test_only_actual_messages_act(status: Status, counts: bool) -> None:
    assert bool(standing(message("a", status=status))) is counts
    cancel = message("c", -1, CANCEL, status=status, names=("a",))
    assert bool(standing(message("a"), cancel)) is not counts


def test_exercises_act_where_they_are_asked_for() -> None:
    found = in_force(
        [message("a", status=Status.EXERCISE)], {}, now=NOW, acting=frozenset({Status.EXERCISE})
    )
    assert len(found) == 1


def test_a_warning_that_left_its_snapshot_feed_is_over() -> None:
    assert standing(message("a", absent_since=NOW - HOUR)) == []


def test_expiry_while_the_feed_is_stale_is_not_confirmed() -> None:
    one = message("a", expires=NOW - HOUR, received_at=NOW - 3 * HOUR)
    heard_before = FeedHealth("cma", NOW - 2 * HOUR, stale=True)
    assert standing(one, cma=heard_before) == ["a?"]
    assert standing(one, cma=replace(heard_before, stale=False)) == []


def test_a_feed_that_answered_after_the_expiry_confirmed_it() -> None:
    one = message("a", expires=NOW - 2 * HOUR, received_at=NOW - 3 * HOUR)
    assert standing(one, cma=FeedHealth("cma", NOW - HOUR, stale=True)) == []


def test_a_warning_without_an_end_is_held_beyond_our_own_bound() -> None:
    one = message("a", -1, expires=None, received_at=NOW - HOUR)
    assert standing(one) == ["a"]
    assert standing(one, now=NOW - HOUR + OWN_BOUND) == ["a?"]


def test_what_was_over_when_we_first_heard_of_it_brings_no_storm() -> None:
    """A first start reads months of old messages, many of them without an end."""
    old = message("a", -24 * 60, expires=None, received_at=NOW)
    assert standing(old) == []
    stale = FeedHealth("cma", None, stale=True)
    assert standing(message("b", expires=NOW - HOUR, received_at=NOW), cma=stale) == []


def test_an_unreadable_date_of_sending_falls_back_to_when_it_came() -> None:
    assert standing(message("a", sent=None, expires=None, received_at=NOW)) == ["a"]


def test_the_order_in_which_messages_come_does_not_matter() -> None:
    chain = [
        message("a", -4),
        message("b", -3, UPDATE, names=("a",), level=Level.RED),
        message("c", -2, CANCEL, names=("b",)),
        message("d", -1, level=Level.BLUE),
    ]
    assert {tuple(standing(*order)) for order in permutations(chain)} == {("d",)}


messages = st.lists(
    st.builds(
        message,
        st.sampled_from("abcdef"),
        st.integers(-30, 0),
        st.sampled_from([MessageType.ALERT, UPDATE, CANCEL]),
        level=st.sampled_from([Level.BLUE, Level.RED]),
        names=st.lists(st.sampled_from("abcdef"), max_size=2).map(tuple),
        all_clear=st.sampled_from([False, False, True]),
        expires=st.sampled_from([None, NOW - HOUR, NOW + HOUR]),
    ),
    max_size=6,
    unique_by=lambda b: b.identifier,
)


@given(messages.flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_any_order_gives_the_same(pair: tuple[list[Bulletin], list[Bulletin]]) -> None:
    as_sent, shuffled = pair
    assert sorted(standing(*as_sent)) == sorted(standing(*shuffled))


@given(messages)
def test_hearing_everything_twice_changes_nothing(bulletins: list[Bulletin]) -> None:
    assert standing(*bulletins, *bulletins) == standing(*bulletins)


@given(messages)
def test_nothing_that_is_taken_back_stands(bulletins: list[Bulletin]) -> None:
    cancel = [message(f"x{b.identifier}", 1, CANCEL, names=(b.identifier,)) for b in bulletins]
    assert standing(*bulletins, *cancel) == []


@given(messages)
def test_alerts_and_updates_alone_never_leave_less_than_one(bulletins: list[Bulletin]) -> None:
    """References may be as tangled as they like: nothing ends the last warning but an end."""
    live = [
        replace(
            b,
            message_type=UPDATE if b.message_type is CANCEL else b.message_type,
            all_clear=False,
            expires=NOW + HOUR,
        )
        for b in bulletins
    ]
    assert bool(standing(*live)) is bool(live)
