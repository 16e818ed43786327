"""What the report says of a night is what the phones and the provider saw of it."""

from __future__ import annotations

from datetime import timedelta

from fangxun.core.level import Level
from fangxun.core.page import AttemptState, Blame, How, PageKind
from fangxun.core.report import Because, Outcome, Reached, Report
from fangxun.engine import acts, proof
from fangxun.engine.receive import store_items
from fangxun.gateways.base import Accepted, InDoubt, Order, Receipt
from fangxun.gateways.base import Outcome as Answer
from fangxun.store import district as district_store
from fangxun.store import incidents
from fangxun.store import pages as page_store
from tests.scenario.room import Room

WHO, DEPUTY = "jian-changming", "quan-shishang"


def reported(room: Room) -> Report:
    """The report of the last incident, now."""
    with room.store.read() as tx:
        view = room.parts.lookout.look(tx, now=room.now)
        assert view is not None
        number = incidents.list_all(tx, 1)[-1].id
        return proof.report(tx, view.district, [number], now=room.now)


def test_the_provider_s_own_time_stands_beside_ours(room: Room) -> None:
    """It says at 03:00:05 when it arrived, and we learn it at 03:00:20."""
    room.raised("nanjian", Level.BLUE)
    order = room.expect(WHO)
    arrived = room.now + timedelta(seconds=5)
    room.forward(seconds=20)
    receipt = Receipt(order.attempt, "", AttemptState.DELIVERED, at=arrived)
    store_items(room.parts, "sms", [receipt], now=room.now)
    room.settle()
    (row,) = [row for row in reported(room).after.rows if row.person == WHO]
    last = row.tries[0].life[-1]
    assert (last.state, last.at, last.provider_at) == (AttemptState.DELIVERED, room.now, arrived)
    assert row.tries[0].stands_for == "person"
    room.sms.taken.clear()


def test_the_report_names_who_went_to_the_door_and_what_he_said(room: Room) -> None:
    """His numbers are dead, nobody else answers; the leader confirms the alarm in his own words."""
    room.raised("nanjian", Level.BLUE)
    for number in (1, 2):
        room.receipt(room.expect(WHO, number=number), AttemptState.UNDELIVERED, "30005")
    room.forward(minutes=15)
    with room.store.read() as tx:
        (bell,) = [
            page
            for page in page_store.open_pages(tx)
            if page.kind is PageKind.ALARM and page.cause.startswith("unreached:")
            and dict(page.details)["person"] == WHO
        ]  # fmt: skip
    act = acts.Act("shi-jianchuan", "the village head is on his way to the door", room.now)
    acts.acknowledge(room.store, bell.id, how=How.TERMINAL, act=act)
    room.sms.taken.clear()
    found = reported(room).after
    (row,) = [row for row in found.rows if row.person == WHO]
    assert (row.outcome, row.why) == (Outcome.UNREACHABLE, Because.NUMBER_FAILED)
    assert [(one.code, one.blame) for one in row.tries if one.contact == WHO] == [
        ("30005", Blame.NUMBER)
    ] * 2
    (door,) = [door for door in found.doors if door.person == WHO]
    assert (door.known_by, door.known_at, door.how) == ("shi-jianchuan", room.now, How.TERMINAL)
    assert door.said == "the village head is on his way to the door"
    assert door.rung
    (unit,) = [unit for unit in found.units if unit.unit == row.unit]
    assert WHO in unit.named


def test_the_report_says_which_message_may_have_come_twice(room: Room) -> None:
    """The answer to the first request was lost; the gateway cannot be asked."""
    lost: list[str] = []

    def answer(order: Order) -> Answer:
        if lost or order.number != room.phones[WHO][0]:
            return Accepted(f"P-{order.attempt}")
        lost.append(order.attempt)
        return InDoubt("no answer")

    room.sms.answer = answer
    room.raised("nanjian", Level.BLUE)
    room.forward(seconds=5)
    copy = room.expect(WHO)
    (found,) = reported(room).copies
    assert (found.id, found.copy_of, found.contact) == (copy.attempt, lost[0], WHO)
    room.sms.taken.clear()


def test_a_report_holds_nothing_of_another_incident(room: Room) -> None:
    """Two areas in one night: each has its own."""
    room.raised("nanjian", Level.BLUE)
    room.raised("xiayun", Level.BLUE)
    found = reported(room)
    assert {row.place for row in found.after.rows} == {"xiayun"}
    assert found.weather is not None
    assert {stretch.place for stretch in found.weather.stretches} == {"xiayun"}
    room.sms.taken.clear()


def test_the_report_says_whom_the_all_clear_reached_and_whom_not(room: Room) -> None:
    """The official's phone takes it, one has no number any more, of the others nothing is heard."""
    room.raised("nanjian", Level.BLUE)
    for who in {who for who, text in room.left if "回复" in text}:
        room.reply(who, "收到")
    room.sms.taken.clear()
    approved = acts.correct(
        room.store, 1, "雨量站误报", act=acts.Act("liu-wenqiao", "checked", room.now)
    )
    gone = next(who for who in approved.told if who != WHO)
    with room.store.write() as tx:
        for phone in room.phones[gone]:
            district_store.mark_number(tx, gone, phone, invalid=True)
    room.settle()
    room.receipt(room.expect(WHO, "误报"), AttemptState.DELIVERED)
    (item,) = reported(room).announcements
    found = {one.person: one for one in item.deliveries}
    assert set(found) == set(approved.told)
    assert found[WHO].reached is Reached.DELIVERED
    assert (found[gone].reached, found[gone].why) == (Reached.MISSED, "no_number")
    others = {one.reached for who, one in found.items() if who not in {WHO, gone}}
    assert others == {Reached.UNPROVEN}
    room.sms.taken.clear()


def test_the_report_shows_the_copy_of_an_alarm_that_is_about_no_incident(room: Room) -> None:
    """The disk fills up in the storm, and the answer to the alarm's request is lost."""
    room.raised("nanjian", Level.BLUE)
    room.sms.taken.clear()
    room.sms.answer = lambda order: (
        InDoubt("no answer") if "仅剩80MB" in order.text else Accepted(f"P-{order.attempt}")
    )
    room.free = 80_000_000
    room.forward(seconds=1)
    room.forward(seconds=35)
    (found,) = reported(room).copies
    assert found.kind == "alarm"
    room.sms.taken.clear()
