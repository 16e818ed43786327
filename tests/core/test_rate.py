"""Token buckets: never more than the limit in any window, and nothing waits for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core import rate
from fangxun.core.rate import Bucket, Limit, Unit, Way

NOW = datetime(2026, 7, 20, 19, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SLOW = Limit(1, 1, Unit.SEGMENTS)
"""A long code."""


def after(seconds):
    return NOW + seconds * SECOND


def way(*senders, whole=None, each=SLOW):
    return Way(Bucket(whole, NOW), {name: Bucket(each, NOW) for name in senders})


def sent(limit, messages):
    """When each message of so many segments goes, where each is asked for after a pause of so many
    milliseconds, and waits as long as it is told."""
    bucket, now, gone = Bucket(limit, NOW), NOW, []
    for segments, pause in messages:
        now += timedelta(milliseconds=pause)
        now += rate.wait(bucket, segments, now=now)
        assert rate.wait(bucket, segments, now=now) == rate.NOTHING
        bucket = rate.spend(bucket, segments, now=now)
        gone.append((now, limit.cost(segments)))
    return gone


limits = st.builds(
    Limit,
    st.floats(0.1, 500, allow_nan=False),
    st.integers(1, 20),
    st.sampled_from(list(Unit)),
)
messages = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3000)), min_size=1, max_size=40)


@given(limits, messages)
def test_no_window_lets_more_through_than_the_burst_and_the_rate(limit, messages):
    gone = sent(limit, messages)
    most = max(limit.burst, *(cost for _, cost in gone))
    for first, (begin, _) in enumerate(gone):
        total = 0
        for end, cost in gone[first:]:
            total += cost
            assert total <= most + limit.per_second * (end - begin).total_seconds() + 1e-3


@given(limits, messages)
def test_nothing_waits_longer_than_what_is_owed_before_it(limit, messages):
    """So a message always goes, and a queue is drained at the rate itself."""
    gone = sent(limit, messages)
    total = sum(cost for _, cost in gone) + limit.burst + 5
    asked = sum((pause for _, pause in messages), 0) / 1000
    assert (gone[-1][0] - NOW).total_seconds() <= asked + total / limit.per_second + 1e-3


@given(limits, st.integers(-7200, 7200))
def test_a_clock_that_is_set_costs_no_more_than_what_is_owed(limit, step):
    bucket = rate.spend(Bucket(limit, NOW), 1, now=NOW)
    assert rate.wait(bucket, 1, now=after(step)) <= limit.each


def test_a_long_text_over_a_slow_sender_goes_and_the_next_waits_for_all_its_segments():
    bucket = rate.spend(Bucket(SLOW, NOW), 3, now=NOW)
    assert rate.wait(bucket, 1, now=NOW) == 3 * SECOND
    assert rate.wait(bucket, 1, now=after(2)) == SECOND


def test_a_burst_goes_at_once_and_then_one_at_a_time():
    gone = sent(Limit(2, 4), [(1, 0)] * 8)
    assert [(at - NOW) / SECOND for at, _ in gone] == [0, 0, 0, 0, 0.5, 1, 1.5, 2]


def test_what_the_provider_asks_us_to_wait_holds_up_everything_and_never_less_than_before():
    bucket = rate.slow(Bucket(None, NOW), after(30), now=NOW)
    bucket = rate.slow(bucket, after(5), now=NOW)
    assert rate.wait(bucket, 1, now=after(10)) == 20 * SECOND
    assert rate.holds(bucket, now=after(29), most=9) == 0
    assert rate.holds(bucket, now=after(30), most=9) == 9


@pytest.mark.parametrize(("now", "most"), [(0, 3), (1, 3), (100, 3)])
def test_a_bucket_says_how_many_can_go_at_once(now, most):
    bucket = Bucket(Limit(1, 5), NOW)
    for _ in range(3):
        bucket = rate.spend(bucket, 1, now=NOW)
    assert rate.holds(bucket, now=after(now), most=most) == min(most, 2 + now)


def test_a_person_is_texted_by_the_sender_who_texted_him_last_while_that_one_is_free():
    pool = way("a", "b", "c")
    assert rate.choose(pool, 1, number="+1", last="b", now=NOW) == rate.Choice("b", rate.NOTHING)
    pool = rate.take(pool, "b", 1, now=NOW)
    other = rate.choose(pool, 1, number="+1", last="b", now=NOW)
    assert other.sender in {"a", "c"}
    assert other.wait == rate.NOTHING


def test_where_no_sender_is_free_the_first_to_be_free_is_waited_for():
    pool = rate.take(rate.take(way("a", "b"), "a", 3, now=NOW), "b", 1, now=NOW)
    assert rate.choose(pool, 1, number="+1", last="a", now=NOW) == rate.Choice("b", SECOND)


def test_a_pool_gives_its_numbers_out_evenly():
    pool, gone = way("a", "b", "c", "d"), []
    for person in range(4):
        found = rate.choose(pool, 1, number=f"+{person}", last="", now=NOW)
        pool = rate.take(pool, found.sender, 1, now=NOW)
        gone.append(found.sender)
    assert sorted(gone) == ["a", "b", "c", "d"]


def test_the_gateways_own_limit_holds_whatever_its_senders_have_left():
    pool = rate.take(way("a", "b", whole=Limit(2, 1)), "a", 1, now=NOW)
    assert rate.choose(pool, 1, number="+1", last="b", now=NOW).wait == SECOND / 2
    assert rate.room(pool, now=NOW, most=9) == 0
    assert rate.room(way("a", "b"), now=NOW, most=9) == 2
