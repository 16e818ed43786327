"""What is rehearsed on a quiet day is what happens in the storm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from fangxun.core.level import Level
from fangxun.core.page import PageKind, PageState
from fangxun.core.plan import Channel
from fangxun.core.price import Price
from fangxun.core.rate import Limit
from fangxun.core.rehearsal import Lack, Rehearsal
from fangxun.engine import acts
from fangxun.engine.parts import Rates
from fangxun.engine.rehearse import Storm, rehearse
from fangxun.store import district as district_store
from fangxun.store import journal
from tests.scenario.room import NIGHT
from tests.scenario.test_rates import POOL, Timed

PLACES = ("nanjian", "beijian", "shangyun")
PRICES = {"sms": Price(Decimal("0.05"), None, "CNY")}


@pytest.fixture
def room() -> Iterator[Timed]:
    """Two numbers, a text a second each."""
    built = Timed()
    built.limit(Rates(sender=Limit(1, 1)), POOL[:2])
    yield built
    built.store.close()


def rehearsed(room: Timed, *places: str) -> Rehearsal:
    """A dry raise to red, now."""
    with room.store.read() as tx:
        view = room.parts.lookout.look(tx, now=room.now)
        assert view is not None
        return rehearse(room.parts, tx, view, Storm(places, Level.RED), PRICES)


def test_as_many_texts_leave_as_were_rehearsed_and_the_last_one_then(room: Timed) -> None:
    """In the same time; the notices behind them are no pages."""
    (load,) = rehearsed(room, *PLACES).loads
    for place in PLACES:
        acts.raise_by_hand(room.store, place, Level.RED, act=room.by("zhu-xiaoman"))
    room.forward(seconds=100)
    paged = [at for at, order in room.left_at if "建议启动" not in order.text]
    assert len(paged) == load.messages
    assert paged[-1] - NIGHT == load.last > timedelta(seconds=5)


def test_a_night_on_which_nobody_confirms_is_told_to_its_end(room: Timed) -> None:
    """As many pages and messages, and as long until the last is given up, as then come."""
    room.limit(Rates())
    silence = rehearsed(room, *PLACES).silence
    for place in PLACES:
        acts.raise_by_hand(room.store, place, Level.RED, act=room.by("zhu-xiaoman"))
    room.forward(seconds=silence.given_up.total_seconds() - 1)
    assert PageState.OPEN in {room.stands(number).state for number in pages(room)}
    room.forward(seconds=2)
    paged = pages(room)
    assert len(paged) == silence.pages
    assert {room.stands(number).state for number in paged} == {PageState.UNREACHED}
    sent = {attempt.id for number in paged for attempt in room.sent_for(number)}
    assert len(sent) == sum(bill.messages for bill in silence.bills)


def pages(room: Timed) -> list[int]:
    """The numbers of the pages of the raise."""
    with room.store.read() as tx:
        kind = PageKind.PAGE.value
        asked = "SELECT id FROM page WHERE kind = ? ORDER BY id"
        return list(tx.connection.exec_driver_sql(asked, (kind,)).scalars())


def test_it_writes_nothing_and_sends_nothing(room: Timed) -> None:
    with room.store.read() as tx:
        before = journal.head(tx)
    rehearsed(room, *PLACES)
    room.settle()
    with room.store.read() as tx:
        assert journal.head(tx) == before
    assert room.left_at == []


def test_what_it_costs_is_its_segments(room: Timed) -> None:
    (load,) = rehearsed(room, *PLACES).loads
    assert load.cost == load.segments * Decimal("0.05")
    assert load.currency == "CNY"


def test_what_would_leave_too_late_to_be_of_use_is_counted(room: Timed) -> None:
    """A text every ten minutes, and a useful life of half an hour."""
    room.limit(Rates(whole=Limit(1 / 600, 1)))
    (load,) = rehearsed(room, "nanjian").loads
    assert load.late == load.messages - 3


def test_who_is_reached_by_no_number_is_named(room: Timed) -> None:
    """Both were found dead."""
    person = "jian-changming"
    with room.store.write() as tx:
        for number in room.phones[person]:
            district_store.mark_number(tx, person, number, invalid=True, voice=False)
    found = rehearsed(room, "nanjian")
    assert [(s.person, s.channel, s.lack) for s in found.shortfalls] == [
        (person, Channel.SMS, Lack.UNREACHED)
    ]
