"""Whom an all-clear or a correction reached, and what may have come twice."""

from __future__ import annotations

import pytest

from fangxun.core.journal import Entry, Event
from fangxun.core.page import AttemptState
from fangxun.core.report import Reached, Story, report_of
from tests.core.storm import NOW, alarm_page, attempt, minutes, page


def queued(who, number=None, *, kind="all_clear", why="ok", at=NOW):
    """The journal's line of what was queued for somebody, or why nothing was."""
    data = {"kind": kind, "incident": 1, **({"attempt": f"{number:016x}"} if number else {})}
    return Entry(at, Event.NOTICE_QUEUED, "system", f"person/{who}", why, tuple(data.items()))


def approved(*people, event=Event.STOOD_DOWN, at=NOW):
    return Entry(at, event, "leader", "incident/1", "dry", (("told", list(people)),))


def notice(number, who="a", state=AttemptState.DELIVERED, **fields):
    return attempt(number, pages=(), who=who, kind="all_clear", state=state, **fields)


def report(entries, others=(), *, pages=(), sent=()):
    return report_of(Story((), pages, sent, tuple(entries), others=tuple(others)), {}, now=NOW)


@pytest.mark.parametrize(
    ("state", "reached"),
    [
        (AttemptState.DELIVERED, Reached.DELIVERED), (AttemptState.SENT, Reached.UNPROVEN),
        (AttemptState.ACCEPTED, Reached.UNPROVEN), (AttemptState.IN_DOUBT, Reached.UNPROVEN),
        (AttemptState.SENDING, Reached.UNPROVEN), (AttemptState.QUEUED, Reached.WAITING),
        (AttemptState.UNDELIVERED, Reached.MISSED), (AttemptState.FAILED, Reached.MISSED),
        (AttemptState.WITHDRAWN, Reached.MISSED),
    ],
)  # fmt: skip
def test_each_state_of_his_message_says_whether_he_got_it(state, reached):
    found = report([approved("a"), queued("a", 1)], [notice(1, state=state)])
    (delivery,) = found.announcements[0].deliveries
    assert (delivery.person, delivery.reached, delivery.why) == ("a", reached, "")


def test_who_could_not_be_written_to_missed_it_with_the_reason():
    found = report([approved("a"), queued("a", why="no_number")])
    (delivery,) = found.announcements[0].deliveries
    assert (delivery.reached, delivery.why) == (Reached.MISSED, "no_number")


def test_what_the_next_cycle_has_not_queued_yet_is_waiting():
    (delivery,) = report([approved("a")]).announcements[0].deliveries
    assert delivery.reached is Reached.WAITING


@pytest.mark.parametrize("follows", ["copy_of", "instead_of"])
def test_what_stands_for_a_lost_message_counts_for_it(follows):
    """Its copy, and what another gateway took over."""
    others = [
        notice(1, state=AttemptState.FAILED),
        notice(2, state=AttemptState.DELIVERED, **{follows: f"{1:016x}"}),
    ]
    (delivery,) = report([approved("a"), queued("a", 1)], others).announcements[0].deliveries
    assert (delivery.reached, len(delivery.sent)) == (Reached.DELIVERED, 2)


def test_two_corrections_have_each_its_own_message():
    """In the order in which they were approved."""
    lines = [
        approved("a", event=Event.CORRECTED),
        approved("a", event=Event.CORRECTED, at=minutes(1)),
        queued("a", 1, kind="correction", at=minutes(2)),
        queued("a", 2, kind="correction", at=minutes(2)),
    ]
    found = report(lines, [notice(1), notice(2, state=AttemptState.UNDELIVERED)])
    assert [item.deliveries[0].reached for item in found.announcements] == [
        Reached.DELIVERED, Reached.MISSED,
    ]  # fmt: skip


def test_copies_of_pages_alarms_and_notices_are_named_once_with_their_firsts():
    """Also where one told of two pages, and where an alarm is about no incident."""
    sent = [
        attempt(1, pages=(1, 2), state=AttemptState.IN_DOUBT),
        attempt(2, pages=(1, 2), state=AttemptState.DELIVERED, copy_of=f"{1:016x}"),
    ]
    others = [
        attempt(3, pages=(9,), kind="alarm", state=AttemptState.IN_DOUBT),
        attempt(4, pages=(9,), kind="alarm", copy_of=f"{3:016x}"),
        notice(5, state=AttemptState.IN_DOUBT), notice(6, copy_of=f"{5:016x}"),
    ]  # fmt: skip
    found = report([], others, pages=(page(1), page(2), alarm_page(9)), sent=tuple(sent))
    assert [(one.kind, one.copy_of) for one in found.copies] == [
        ("page", f"{1:016x}"), ("alarm", f"{3:016x}"), ("all_clear", f"{5:016x}"),
    ]  # fmt: skip
    assert {one.id for one in found.firsts} == {one.copy_of for one in found.copies}
