"""All-clear and corrections: to all who were paged for it, to nobody else, once approved."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from fangxun.core import incident as rules
from fangxun.core.errors import Refused
from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.page import PageKind
from fangxun.core.wording import Wording
from fangxun.engine import acts, all_clear
from fangxun.gateways.base import NotSent
from fangxun.store import district as district_store
from fangxun.store import incidents, journal
from fangxun.store import pages as page_store
from tests.scenario.room import Room

CHIEF = "liu-wenqiao"
SILENT = "jian-changming"


def incident(room: Room) -> int:
    """The number of the last incident."""
    with room.store.read() as tx:
        return incidents.list_all(tx, 1)[-1].id


def texts(room: Room, words: str) -> Counter[str]:
    """Who got how many texts with these words; all others are put away."""
    got = Counter(who for who, text in room.left if words in text)
    room.sms.taken.clear()
    return got


def raised_and_lowered(room: Room, place: str = "nanjian", silent: str = SILENT) -> set[str]:
    """A raise by hand that climbs until one is unreached, then taken back; who was written to."""
    room.raised(place, Level.ORANGE)
    written: set[str] = set()
    for _step in range(12):
        room.forward(minutes=1)
        written |= {who for who, text in room.left if "请立即" in text or "请接手" in text}
        for who in {who for who, text in room.left if "回复" in text} - {silent}:
            room.reply(who, "收到")
        room.sms.taken.clear()
    acts.lower_by_hand(room.store, place, act=room.by(CHIEF))
    room.forward(minutes=2)
    room.sms.taken.clear()
    return written


def cleared(room: Room) -> None:
    """The approval, without the dry hours that this room's gauges would have to tell first."""
    with room.store.write() as tx:
        item = incidents.get(tx, incident(room))
        incidents.save(tx, rules.close(item, now=room.now))
        all_clear.owe(tx, item.id)


def test_the_all_clear_goes_once_to_each_who_was_paged_and_to_whoever_stood_in(room: Room) -> None:
    """The deputy who was told that his A does not answer hears the end of it, too; who was only
    rung by an alarm does not."""
    written = raised_and_lowered(room, "station-underpass", "beng-changzhuan")
    with room.store.read() as tx:
        pages = page_store.latest(tx, incident=incident(room))
    owners = {page.person for page in pages if page.kind is PageKind.PAGE}
    assert written - owners, "somebody was written to in another's stead"
    assert texts(room, "汛情解除") == {}
    cleared(room)
    room.settle()
    assert texts(room, "汛情解除") == dict.fromkeys(owners | written, 1)
    room.forward(hours=1)
    assert texts(room, "汛情解除") == {}


def test_who_approves_reads_the_words_that_go_out_and_not_those_of_the_proposal(
    room: Room,
) -> None:
    """The district's own text was changed while the all-clear waited for its approval."""
    raised_and_lowered(room)
    with room.store.read() as tx:
        applied = district_store.applied(tx)
        item = incidents.get(tx, incident(room))
    assert applied is not None
    own = Wording("all_clear", "{place}雨停了,第{incident}号事件结束", language="zh_CN")
    acts.apply_district(room.store, replace(applied, texts=(own,)), act=room.by("admin"))
    with room.store.read() as tx:
        view = room.parts.lookout.look(tx, now=room.now)
    assert view is not None
    read = all_clear.wording(view, item)
    assert "雨停了" in read
    cleared(room)
    room.settle()
    told = {text for _who, text in room.left}
    room.sms.taken.clear()
    assert told == {read}


def test_no_all_clear_goes_out_where_the_area_has_an_incident_again(room: Room) -> None:
    """It waits in the outbox while the gateway is down; then the rain comes back."""
    raised_and_lowered(room)
    over = incident(room)
    taken = room.sms.answer
    room.sms.answer = lambda _order: NotSent("connect", "refused")
    cleared(room)
    room.forward(minutes=1)
    room.raised("nanjian", Level.RED)
    room.sms.answer = taken
    room.forward(minutes=20)
    assert incident(room) != over
    assert texts(room, "汛情解除") == {}
    with room.store.read() as tx:
        told = journal.lines(tx, subject=f"incident/{over}")
    assert [line.entry.event for line in told][-1] is Event.ALL_CLEAR_WITHDRAWN


def test_an_all_clear_that_is_approved_in_the_minute_of_a_new_raise_stays_unsent(
    room: Room,
) -> None:
    """Both in one cycle: the raise is what counts."""
    raised_and_lowered(room)
    cleared(room)
    room.raised("nanjian", Level.RED)
    assert texts(room, "汛情解除") == {}
    assert room.told(Event.ALL_CLEAR_WITHDRAWN) == ["superseded"]


def test_a_correction_goes_to_exactly_those_who_were_paged_for_that_place(room: Room) -> None:
    """A raise by hand was a mistake: the people of the other place hear nothing of it."""
    now = room.by("zhu-xiaoman")
    acts.raise_by_hand(room.store, "jiazi-gully", Level.ORANGE, act=now)
    acts.raise_by_hand(room.store, "shangyun", Level.ORANGE, act=now)
    room.settle()
    with room.store.read() as tx:
        pages = page_store.latest(tx, incident=incident(room))
    gully = {p.person for p in pages if p.place == "jiazi-gully"}
    town = {p.person for p in pages if p.place == "shangyun"}
    assert gully - town
    room.sms.taken.clear()
    words = "雨量站误报，不必转移"
    owed = acts.correct(room.store, incident(room), words, place="shangyun", act=room.by(CHIEF))
    assert set(owed.told) == town
    room.settle()
    assert texts(room, words) == dict.fromkeys(town, 1)
    assert room.told(Event.CORRECTED) == ["test"]


def test_a_correction_reaches_the_phone_whole_with_its_place_and_number(room: Room) -> None:
    """Nothing asks for a reply."""
    room.raised("nanjian", Level.BLUE)
    room.sms.taken.clear()
    acts.correct(room.store, incident(room), "误报", act=room.by(CHIEF))
    room.settle()
    order = room.expect(SILENT, "更正", "南涧镇", f"第{incident(room)}号", "误报", "无需回复")
    assert order.text.startswith("【云溪防汛】")
    room.sms.taken.clear()


def test_a_correction_is_approved_by_whom_the_plan_names_and_by_nobody_else(room: Room) -> None:
    """And it needs a text that fits, and somebody who was paged."""
    room.raised("nanjian", Level.BLUE)
    room.sms.taken.clear()
    number = incident(room)
    for who, words, place in (
        ("zhu-xiaoman", "误报", ""), (CHIEF, " \n", ""), (CHIEF, "长" * 200, ""),
        (CHIEF, "误报", "beijian"),
    ):  # fmt: skip
        with pytest.raises(Refused):
            acts.correct(room.store, number, words, place=place, act=room.by(who))
    room.settle()
    assert room.told(Event.CORRECTED) == []


def test_a_correction_that_is_approved_goes_out_after_a_crash_once(room: Room) -> None:
    """It is owed in the transaction of its approval, and struck off in the one that queues it."""
    room.raised("nanjian", Level.BLUE)
    room.sms.taken.clear()
    acts.correct(room.store, incident(room), "误报", act=room.by(CHIEF))
    assert texts(room, "误报") == {}
    for _again in range(3):
        all_clear.send_owed(room.parts, now=room.now)
    room.settle()
    assert set(texts(room, "误报").values()) == {1}


def test_a_correction_does_not_stop_a_page_that_is_open(room: Room) -> None:
    """Lowering the place does; a message alone stops no ladder."""
    room.raised("nanjian", Level.BLUE)
    room.sms.taken.clear()
    acts.correct(room.store, incident(room), "误报", act=room.by(CHIEF))
    room.forward(seconds=121)
    room.expect(SILENT, "回复", number=2)
    room.sms.taken.clear()


def test_who_has_no_number_for_it_stands_in_the_journal(room: Room) -> None:
    """Rather than in nobody's mind."""
    room.raised("nanjian", Level.BLUE)
    room.sms.taken.clear()
    with room.store.write() as tx:
        for number in room.phones[SILENT]:
            district_store.mark_number(tx, SILENT, number, invalid=True)
    acts.correct(room.store, incident(room), "误报", act=room.by(CHIEF))
    room.settle()
    assert SILENT not in texts(room, "误报")
    assert "no_number" in room.told(Event.NOTICE_QUEUED)
