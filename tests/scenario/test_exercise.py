"""An exercise: real messages to chosen people, marked; nothing of it is ever taken for real."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fangxun.core.errors import Conflict, Refused
from fangxun.core.exercise import ExerciseState
from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.page import AttemptState, Closing, How, Page, PageState
from fangxun.core.plan import Channel, Contact, Step
from fangxun.core.report import Outcome
from fangxun.engine import acts, exercises
from fangxun.gateways.base import KeyPress, NotSent
from fangxun.store import district as district_store
from fangxun.store import exercises as exercise_store
from fangxun.store import incidents, outbox
from fangxun.store import pages as page_store
from tests.scenario.room import Phones, Room
from tests.scenario.test_links import link_in

WHO, OTHER, OFFICER = "jian-changming", "yun-chuxiu", "he-lixia"
MINUTE = timedelta(minutes=1)


def begin(room: Room, *people: str, text: str = "", level: Level = Level.RED) -> dict[str, Page]:
    """Start an exercise and send what is due; the pages by person."""
    by = room.by("zhu-xiaoman")
    _begun, pages = acts.start_exercise(room.store, acts.Chosen(people), level, text=text, act=by)
    room.settle()
    return {page.person or "": page for page in pages}


def measured(room: Room, number: int = 1) -> exercises.Measured:
    """What it came to."""
    with room.store.read() as tx:
        district = district_store.applied(tx)
        assert district is not None
        return exercises.measured(tx, district, number)


def state(room: Room, number: int = 1) -> ExerciseState:
    with room.store.read() as tx:
        return exercise_store.get(tx, number).state


def test_its_texts_are_marked_and_its_answers_measured_by_person_way_and_time(room: Room) -> None:
    """One answers after 40 seconds, one after his second number; no incident and no alarm."""
    pages = begin(room, WHO, OTHER)
    order = room.expect(
        WHO, "红色预警叫应演练", "不必出动", f"回复{room.code(WHO, pages[WHO].id)}确认"
    )
    assert order.text.startswith("【云溪防汛】【演练】")
    room.expect(OTHER, "【演练】")
    room.forward(seconds=40)
    room.reply(WHO, room.code(WHO, pages[WHO].id))
    room.forward(seconds=100)
    room.expect(OTHER, "【演练】", number=2)
    room.reply(OTHER, "收到", number=2)
    after = measured(room).after
    took = {row.person: (row.how, row.took) for row in after.rows}
    assert took[WHO] == (How.REPLY, timedelta(seconds=40))
    assert took[OTHER] == (How.REPLY, timedelta(seconds=140))
    assert (after.median, after.ninetieth) == (timedelta(seconds=40), timedelta(seconds=140))
    assert {total.unit for total in after.units} == {"nanjian-gov", "shangyun-gov"}
    room.forward(seconds=1)
    assert state(room) is ExerciseState.DONE
    with room.store.read() as tx:
        assert incidents.list_all(tx) == []
    assert room.alarms() == []


def test_nobody_but_the_chosen_is_reached_and_silence_is_no_alarm(room: Room) -> None:
    """Own number, second number; deputy and leader are passed over."""
    begin(room, WHO)
    room.expect(WHO)
    room.forward(minutes=2)
    room.expect(WHO, "【演练】", number=2)
    room.forward(hours=1)
    assert room.alarms() == []
    assert set(room.told(Event.STEP_SKIPPED)) == {"exercise"}
    (row,) = measured(room).after.rows
    assert (row.outcome, row.confirmed_at) == (Outcome.NOT_CONFIRMED, None)
    assert measured(room).after.units[0].named == (WHO,)
    assert state(room) is ExerciseState.DONE
    with room.store.read() as tx:
        assert page_store.count_unreached(tx) == 0
        assert page_store.unended(tx) == []


def test_a_real_raise_ends_it_in_the_same_instant_and_takes_back_what_has_not_left(
    room: Room,
) -> None:
    """What waited for a gateway that was down never leaves; what is real does."""
    taken = room.sms.answer
    room.sms.answer = lambda _order: NotSent("429", "slow down", 60)
    pages = begin(room, WHO, OTHER, OFFICER)
    room.sms.answer = taken
    room.raised("nanjian", Level.ORANGE)
    room.forward(minutes=10)
    assert [text for _who, text in room.left if "演练" in text] == []
    assert [text for _who, text in room.left if "橙色预警" in text]
    assert {room.stands(page.id).closing for page in pages.values()} == {Closing.YIELDED}
    with room.store.read() as tx:
        held = outbox.of_page(tx, [page.id for page in pages.values()])
        assert exercise_store.get(tx, 1).ended_by == "system"
    assert {attempt.state for attempt in held} == {AttemptState.WITHDRAWN}
    assert state(room) is ExerciseState.YIELDED
    assert room.told(Event.EXERCISE_ENDED) == ["incident/1"]
    room.sms.taken.clear()


def test_what_was_in_flight_when_it_yielded_is_answered_without_harm(room: Room) -> None:
    """His word to the exercise confirms neither the raise that he has not been told of nor it."""
    pages = begin(room, WHO)
    room.expect(WHO, "【演练】")
    room.raised("nanjian", Level.ORANGE)
    (real,) = [p for p in _open(room) if p.person == WHO]
    room.expect(WHO, "橙色预警")
    room.reply(WHO, room.code(WHO, pages[WHO].id))
    assert room.stands(pages[WHO].id).state is PageState.CLOSED
    assert room.stands(real.id).state is PageState.OPEN
    room.sms.taken.clear()


def _open(room: Room) -> list[Page]:
    with room.store.read() as tx:
        return page_store.open_pages(tx)


def test_none_begins_while_a_place_is_at_a_level_or_another_runs(room: Room) -> None:
    begin(room, OTHER)
    with pytest.raises(Conflict):
        begin(room, WHO)
    room.expect(OTHER)
    room.raised("nanjian", Level.BLUE)
    room.sms.taken.clear()
    with pytest.raises(Refused):
        begin(room, WHO)
    assert state(room) is ExerciseState.YIELDED


def test_stopped_by_hand_it_sends_nothing_more_and_a_late_answer_is_harmless(room: Room) -> None:
    """By reply, by its code, and by somebody who relays it."""
    page = begin(room, WHO)[WHO]
    room.expect(WHO)
    acts.stop_exercise(room.store, 1, act=room.by("zhu-xiaoman"))
    room.reply(WHO, "收到")
    room.reply(WHO, room.code(WHO, page.id))
    with pytest.raises(Conflict):
        acts.relay(room.store, page.id, by=WHO, told="phone", said="", act=room.by(OFFICER))
    room.forward(hours=1)
    after = room.stands(page.id)
    assert (after.state, after.closing) == (PageState.CLOSED, Closing.EXERCISE_OVER)
    assert state(room) is ExerciseState.STOPPED
    with pytest.raises(Conflict):
        acts.stop_exercise(room.store, 1, act=room.by("zhu-xiaoman"))


def test_a_late_answer_counts_as_late_while_others_are_still_asked(room: Room) -> None:
    """His ladder is through, another's is not."""
    room.ladder(*(Step(Contact.PERSON, Channel.SMS, n, MINUTE) for n in (1, 2)))
    begin(room, "ju-bailu", WHO)  # the first has one number
    room.expect("ju-bailu")
    room.expect(WHO)
    room.forward(seconds=61)
    room.expect(WHO, number=2)
    room.reply("ju-bailu", "收到")
    room.forward(minutes=5)
    found = {row.person: row.outcome for row in measured(room).after.rows}
    assert found == {"ju-bailu": Outcome.CONFIRMED_LATE, WHO: Outcome.NOT_CONFIRMED}


def test_its_link_confirms_and_dies_with_it(room_with_link: Room) -> None:
    room = room_with_link
    pages = begin(room, WHO, OTHER)
    link, late = link_in(room.expect(WHO, "【演练】")), link_in(room.expect(OTHER))
    acts.acknowledge_by_link(room.store, link, now=room.now)
    assert room.stands(pages[WHO].id).how is How.LINK
    acts.stop_exercise(room.store, 1, act=room.by("zhu-xiaoman"))
    with pytest.raises(Refused):
        acts.acknowledge_by_link(room.store, late, now=room.now)


def test_a_call_says_first_that_it_is_one_and_its_key_confirms() -> None:
    exchange = Phones("exchange", [Channel.VOICE], two_way=False)
    room = Room(more=[exchange])
    room.ladder(Step(Contact.PERSON, Channel.VOICE, 1, MINUTE))
    page = begin(room, WHO)[WHO]
    (order,) = exchange.taken
    assert order.text.startswith("演练，这是演练。这里是云溪")
    assert not any(word in order.text for word in ("回复", "1"))
    sid = f"P-{order.attempt}"
    room.came("exchange", KeyPress(sid, order.attempt, "1"))
    stands = room.stands(page.id)
    assert (stands.state, stands.how) == (PageState.CONFIRMED, How.KEY_PRESS)
    assert room.left == []
    room.store.close()


@pytest.mark.parametrize("words", ["长" * 190, "【云溪防汛】真的", "\n\u202e倒", ""])
def test_no_text_of_its_own_hides_or_cuts_the_mark(room: Room, words: str) -> None:
    begin(room, WHO, text=words)
    order = room.expect(WHO, "回复")
    assert order.text.startswith("【云溪防汛】【演练】")
    assert order.text.count("【") == 2
    acts.stop_exercise(room.store, 1, act=room.by("zhu-xiaoman"))


def test_it_takes_nothing_of_the_storm_s_share_of_a_number(room: Room) -> None:
    """It has the notices' share: the seventh text in a day is not sent, a real page is; and that is
    no alarm."""
    for number in range(1, 9):
        begin(room, "ju-bailu", text=f"第{number}次")
        acts.stop_exercise(room.store, number, act=room.by("zhu-xiaoman"))
        room.now += timedelta(seconds=1)
    assert len(room.left) == 6
    assert "exhausted" in room.told(Event.STEP_SKIPPED)
    assert room.alarms() == []
    room.sms.taken.clear()
    room.page("ju-bailu")
    room.expect("ju-bailu", "江边塌方")
    room.reply("ju-bailu", "收到")


def test_a_page_by_hand_leaves_before_an_exercise(room: Room) -> None:
    """However red the exercise is."""
    taken = room.sms.answer
    room.sms.answer = lambda _order: NotSent("connect", "refused")
    begin(room, OTHER)
    acts.send_page(room.store, WHO, "江边塌方", act=room.by("zhu-xiaoman"))
    room.settle()
    room.sms.answer = taken
    room.forward(seconds=5)
    first, second = room.left
    assert ("江边塌方" in first[1], "演练" in second[1]) == (True, True)
    room.sms.taken.clear()
    room.reply(WHO, "收到")
    room.reply(OTHER, "收到")
