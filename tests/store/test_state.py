"""Assessments, incidents, feeds, and small facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from fangxun.core.assessment import Assessment, Evidence, EvidenceKind, Why
from fangxun.core.errors import NotFound
from fangxun.core.incident import IncidentState
from fangxun.core.level import Certainty, Hazard, Level, ResponseLevel
from fangxun.store import assessments, feeds, incidents, meta
from fangxun.store.base import Store
from tests.store.samples import MINUTE, NOW, incident

EVIDENCE = Evidence(
    EvidenceKind.RAIN, Level.RED, Certainty.AT_LEAST, Hazard.FLASH_FLOOD, "g1", NOW, 61.5, 60.0,
    timedelta(hours=1), timedelta(minutes=40), "c1",
)  # fmt: skip
ASSESSMENT = Assessment(
    "gully", Level.RED, Certainty.AT_LEAST, NOW, Why.REACHED, (EVIDENCE,), NOW + MINUTE,
    duty_only=True, missing=("g2",), own=Level.ORANGE,
)  # fmt: skip


def test_assessments_come_back_and_places_that_are_gone_are_forgotten(store: Store) -> None:
    """With their evidence, durations included."""
    other = replace(ASSESSMENT, place="xiayun", level=Level.UNKNOWN, evidence=(), base=ASSESSMENT)
    with store.write() as tx:
        assessments.save(tx, [ASSESSMENT, other])
        assert assessments.load(tx) == {"gully": ASSESSMENT, "xiayun": other}
        assert assessments.of(tx, {"gully", "nowhere"}) == {"gully": ASSESSMENT}
        assert assessments.of(tx, set()) == {}
        lower = replace(ASSESSMENT, level=Level.BLUE)
        assessments.save(tx, [lower], gone=["xiayun"])
        assert assessments.load(tx) == {"gully": lower}
        assessments.save(tx, [])


def test_a_level_by_hand_stands_until_it_is_ended(store: Store) -> None:
    """As the dam keeper's call at three in the morning."""
    with store.write() as tx:
        assessments.set_by_hand(tx, "gully", EVIDENCE, actor="person1", reason="水漫坝顶")
        assert assessments.by_hand(tx) == {"gully": EVIDENCE}
        assert assessments.end_by_hand(tx, "gully")
        assert not assessments.end_by_hand(tx, "gully")
        assert assessments.by_hand(tx) == {}


def test_a_place_is_released_once(store: Store) -> None:
    """The assessment that heeds it takes it away."""
    with store.write() as tx:
        assessments.release(tx, "gully", now=NOW)
        assessments.release(tx, "gully", now=NOW)
        assert assessments.released(tx) == {"gully"}
        assessments.drop_released(tx, ["gully", "xiayun"])
        assert assessments.released(tx) == frozenset()


def test_incidents_come_back_with_their_places_in_order(store: Store) -> None:
    """Saved again, they stand as they were saved last."""
    with store.write() as tx:
        assert incidents.next_id(tx) == 1
        incidents.save(tx, incident())
        changed = replace(
            incident(), places=incident().places[1:], response=ResponseLevel.II, closed_at=NOW
        )
        assert incidents.get(tx, 1) == incident()
        incidents.save(tx, changed)
        assert incidents.get(tx, 1) == changed
        assert incidents.next_id(tx) == 2
    with pytest.raises(NotFound, match="no incident 5"), store.read() as tx:
        incidents.get(tx, 5)


def test_closed_incidents_are_listed_but_not_open(store: Store) -> None:
    """The newest first in the list, the oldest first among the open ones."""
    states = [IncidentState.OPEN, IncidentState.CLOSED, IncidentState.ALL_CLEAR_PROPOSED]
    with store.write() as tx:
        for number, state in enumerate(states, 1):
            incidents.save(tx, incident(number, state))
        assert [item.id for item in incidents.open_incidents(tx)] == [1, 3]
        assert [item.id for item in incidents.list_all(tx, 2)] == [3, 2]


def test_a_response_level_is_proposed_once_and_its_last_approval_is_kept(stormy: Store) -> None:
    """Approved with or without a proposal; who, why and when are kept for both."""
    two, one = ResponseLevel.II, ResponseLevel.I
    with stormy.write() as tx:
        assert incidents.propose(tx, 1, two, by="system", reason="red", at=NOW)
        assert not incidents.propose(tx, 1, two, by="person1", reason="again", at=NOW)
        incidents.approve(tx, 1, two, by="person2", reason="先启动", at=NOW)
        incidents.approve(tx, 1, one, by="person3", reason="更高", at=NOW)
        incidents.approve(tx, 1, two, by="person3", reason="同意", at=NOW + MINUTE)
        assert not incidents.propose(tx, 1, one, by="system", reason="red", at=NOW)
        assert incidents.responses(tx, 1) == [
            incidents.Response(1, two, "system", NOW, "red", "person3", NOW + MINUTE, "同意"),
            incidents.Response(1, one, None, None, "", "person3", NOW, "更高"),
        ]


@dataclass(frozen=True, slots=True)
class Memory:
    """Shaped like a feed's own; the store does not know feeds."""

    etag: str = ""
    seen: tuple[tuple[str, str], ...] = ()


def test_a_feed_is_stale_until_its_next_success(store: Store) -> None:
    """Failures are counted in a row; a failure keeps what the feed remembers."""
    memory = Memory('"abc"', (("https://example.invalid/1.xml", "v1"),))
    with store.write() as tx:
        assert feeds.memory_of(None, Memory) == Memory()
        feeds.record_failure(tx, "cma", "refused", now=NOW)
        assert feeds.memory_of(feeds.feed_states(tx)["cma"], Memory) == Memory()
        feeds.record_success(tx, "cma", memory, now=NOW, server_date=NOW)
        feeds.record_failure(tx, "cma", "timed out", now=NOW + MINUTE)
        feeds.record_failure(tx, "cma", "refused", now=NOW + 2 * MINUTE)
        feeds.mark_stale(tx, "cma", now=NOW + 2 * MINUTE)
        feeds.mark_stale(tx, "cma", now=NOW + 3 * MINUTE)
        state = feeds.feed_states(tx)["cma"]
        assert (state.failures, state.reason, state.stale) == (2, "refused", True)
        assert (state.last_success, state.last_attempt) == (NOW, NOW + 2 * MINUTE)
        assert state.stale_since == NOW + 2 * MINUTE
        assert feeds.memory_of(state, Memory) == memory
        feeds.record_success(tx, "cma", memory, now=NOW + 4 * MINUTE)
        state = feeds.feed_states(tx)["cma"]
        assert (state.failures, state.reason, state.stale) == (0, "", False)


def test_a_feed_that_answers_with_something_missing_turns_stale_as_if_it_were_silent(
    store: Store,
) -> None:
    """It has no failures, says what is missing, and remembers; only a whole answer is fresh."""
    memory = Memory('"abc"')
    with store.write() as tx:
        feeds.record_success(tx, "cma", Memory(), now=NOW)
        feeds.mark_stale(tx, "cma", now=NOW + MINUTE)
        feeds.record_partly(tx, "cma", memory, "2 of 3 did not come", now=NOW + 2 * MINUTE)
        state = feeds.feed_states(tx)["cma"]
        assert (state.fault, state.failures, state.stale) == ("2 of 3 did not come", 0, True)
        assert (state.last_success, state.last_attempt) == (NOW, NOW + 2 * MINUTE)
        assert feeds.memory_of(state, Memory) == memory
        feeds.record_failure(tx, "cma", "refused", now=NOW + 3 * MINUTE)
        assert feeds.feed_states(tx)["cma"].fault == "2 of 3 did not come"
        feeds.record_success(tx, "cma", memory, now=NOW + 4 * MINUTE)
        state = feeds.feed_states(tx)["cma"]
        assert (state.fault, state.stale) == ("", False)


def test_a_success_in_the_future_is_of_now_at_the_next_failure(store: Store) -> None:
    """The clock was set back since; its silence begins to count."""
    with store.write() as tx:
        feeds.record_success(tx, "cma", Memory(), now=NOW + 60 * MINUTE)
        feeds.record_failure(tx, "cma", "refused", now=NOW)
        assert feeds.feed_states(tx)["cma"].last_success == NOW
        feeds.record_failure(tx, "cma", "refused", now=NOW + MINUTE)
        assert feeds.feed_states(tx)["cma"].last_success == NOW


def test_a_note_is_news_once_until_there_is_none_to_note(store: Store) -> None:
    """However many notes come and go beside it; each source has its own."""
    with store.write() as tx:
        feeds.record_success(tx, "cma", Memory(), now=NOW)
        assert feeds.news(tx, "cma", ["a", "b", "a"]) == ["a", "b"]
        assert feeds.news(tx, "cma", ["b", "c"]) == ["c"]
        assert feeds.news(tx, "cma", ["a"]) == []
        assert feeds.news(tx, "gauges", ["a"]) == ["a"]
        assert feeds.news(tx, "cma", []) == []
        assert feeds.news(tx, "cma", ["a"]) == ["a"]
        many = [str(number) for number in range(2 * feeds.MOST_NOTED)]
        assert feeds.news(tx, "cma", many) == many
        assert len(feeds.feed_states(tx)["cma"].noted) < 10 * feeds.MOST_NOTED


def test_since_when_a_feed_is_odd_is_kept(store: Store) -> None:
    """And forgotten."""
    with store.write() as tx:
        feeds.mark_odd(tx, "cma", NOW)
        assert feeds.feed_states(tx)["cma"].odd_since == NOW
        feeds.mark_odd(tx, "cma", None)
        assert feeds.feed_states(tx)["cma"].odd_since is None


def test_a_feed_that_never_answered_can_be_stale(store: Store) -> None:
    """Never heard of is not the same as quiet."""
    with store.write() as tx:
        feeds.mark_stale(tx, "gauges", now=NOW)
        assert feeds.feed_states(tx)["gauges"].stale
        assert feeds.feed_states(tx)["gauges"].last_success is None


def test_small_facts_are_kept_by_name(store: Store) -> None:
    """Text and instants."""
    with store.write() as tx:
        assert meta.get(tx, "key") is None
        assert meta.get_instant(tx, "at") is None
        assert meta.started_at(tx) is None
        meta.put(tx, "key", "value")
        meta.put(tx, "key", "other")
        meta.put_instant(tx, "started_at", NOW)
        assert meta.get(tx, "key") == "other"
        assert meta.started_at(tx) == NOW
        before = meta.wake_count(tx)
        meta.wake(tx)
        assert meta.wake_count(tx) == before + 1


def test_a_gateway_is_set_aside_for_a_while_and_cleared_by_a_success(store: Store) -> None:
    """Faults in a row are counted; since when it is dead is kept until it works again."""
    with store.write() as tx:
        assert meta.gateway_faults(tx, "twilio") == 0
        assert meta.count_gateway_fault(tx, "twilio") == 1
        assert meta.count_gateway_fault(tx, "twilio") == 2
        assert meta.gateway_faults(tx, "twilio") == 2
        meta.put_aside(tx, "twilio", until=NOW + MINUTE)
        meta.put_aside(tx, "province", until=NOW)
        assert meta.set_aside(tx, now=NOW) == {"twilio"}
        assert meta.dead_since(tx, "twilio", now=NOW) == NOW
        assert meta.dead_since(tx, "twilio", now=NOW + MINUTE) == NOW
        meta.clear_gateway(tx, "twilio")
        assert meta.set_aside(tx, now=NOW) == frozenset()
        assert meta.gateway_faults(tx, "twilio") == 0
        assert meta.dead_since(tx, "twilio", now=NOW + MINUTE) == NOW + MINUTE


def test_incidents_stood_down_lately_are_found_with_their_places(store: Store) -> None:
    """Not those that are open, nor those stood down before."""
    closed = replace(incident(1, IncidentState.CLOSED), closed_at=NOW)
    with store.write() as tx:
        for item in (closed, replace(closed, id=2, closed_at=NOW - MINUTE), incident(3)):
            incidents.save(tx, item)
    with store.read() as tx:
        assert incidents.closed_since(tx, NOW - MINUTE) == [closed]
        assert incidents.closed_since(tx, NOW) == []
