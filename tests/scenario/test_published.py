"""The ladders that places have published, minute by minute, with nobody answering; and who is
reached by a step is who stands when it fires."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fangxun.core.journal import Event
from fangxun.core.page import AttemptState, PageState
from fangxun.core.plan import Channel, Contact, Step
from fangxun.core.roster import CoverRequest, Role
from fangxun.core.timeline import Span
from fangxun.district.ladders import presets
from fangxun.engine import acts
from fangxun.gateways.base import InDoubt
from fangxun.store import journal
from tests.scenario.lines import MINUTE, SMS, WHO, Lines
from tests.scenario.room import Room

LEADER = Step(Contact.LEADER, Channel.SMS, 1, MINUTE)


def standing(room: Room, role: Role) -> set[str]:
    """Who stands on the posts of a role now."""
    with room.store.read() as tx:
        view = room.parts.lookout.look(tx, now=room.now)
    assert view is not None
    return {s.person for s in view.standing if s.role is role}


def unanswered(lines: Lines, name: str) -> list[tuple[int, str, str]]:
    """A page that nobody answers, by a published ladder: (seconds after it was opened, to whom, by
    which channel), until its ladder is through."""
    room = lines.room
    room.ladder(*presets()[name].steps)
    page, began = room.page(WHO), room.now
    while room.stands(page).state is PageState.OPEN:
        room.forward(seconds=10)
    sent = [
        (round((a.queued_at - began).total_seconds()), a.contact, a.channel.value)
        for a in room.sent_for(page)
    ]
    lines.clear()
    return sorted(sent)


def test_mianxian_calls_three_times_in_five_minutes_and_then_his_superior(lines: Lines) -> None:
    """The first call at once; the superior sends somebody, and the duty desk has his name."""
    told = unanswered(lines, "mianxian")
    assert [(at, by) for at, who, by in told if who == WHO] == [
        (0, "sms"), (0, "voice"), (100, "voice"), (200, "voice"),
    ]  # fmt: skip
    others = [(at, who, by) for at, who, by in told if who != WHO]
    assert [(at, by) for at, _who, by in others] == [(300, "sms"), (300, "voice")]
    (superior,) = {who for _at, who, _by in others}
    assert superior in standing(lines.room, Role.LEADER)
    assert "unreached" in lines.room.alarms()


def test_changzhi_takes_every_channel_at_once_and_the_deputy_after_five_minutes(
    lines: Lines,
) -> None:
    told = unanswered(lines, "changzhi")
    own = [(at, by) for at, who, by in told if who == WHO]
    assert own == [(0, "sms"), (0, "sms"), (0, "voice"), (0, "voice")]
    assert {at for at, who, _by in told if who != WHO} == {300}
    assert "unreached" in lines.room.alarms()


def test_a_text_in_doubt_does_not_stop_the_ladder_s_clock(room: Room) -> None:
    """Nobody knows whether it went out: after the step's wait his second number is tried."""
    room.askable()
    room.ladder(SMS, replace(SMS, number=2))
    room.sms.answer = lambda _order: InDoubt("time-out")
    page, began = room.page(WHO), room.now
    room.forward(seconds=61)
    numbers = {a.number: a for a in room.sent_for(page) if not a.copy_of}
    second = numbers[room.phones[WHO][1]]
    assert second.queued_at == began + MINUTE
    assert numbers[room.phones[WHO][0]].state in {AttemptState.IN_DOUBT, AttemptState.FAILED}


def test_the_duty_officer_is_he_who_stands_when_the_step_fires(room: Room) -> None:
    """The page is from a minute before eight, the step to the duty officer from after it."""
    room.now += timedelta(hours=4, minutes=59)
    room.settle()
    room.sms.taken.clear()
    room.ladder(replace(SMS, wait=2 * MINUTE), replace(LEADER, contact=Contact.DUTY_OFFICER))
    before = standing(room, Role.DUTY_OFFICER)
    page = room.page(WHO)
    room.forward(minutes=2, seconds=1)
    (told,) = {a.contact for a in room.sent_for(page)} - {WHO}
    assert told in standing(room, Role.DUTY_OFFICER) - before
    room.sms.taken.clear()


def test_a_cover_that_is_entered_during_a_page_counts_at_its_next_step(room: Room) -> None:
    """The journal has the cover, and who was then told."""
    room.ladder(SMS, LEADER)
    page = room.page(WHO)
    span = Span(room.now, room.now + timedelta(hours=2))
    request = CoverRequest(
        "nanjian-leader", span, "yun-chuxiu", None, reason="ill", actor="zhu-xiaoman"
    )
    acts.edit_roster(room.store, request, act=room.by("zhu-xiaoman"))
    room.forward(seconds=61)
    assert {a.contact for a in room.sent_for(page)} == {WHO, "yun-chuxiu"}
    with room.store.read() as tx:
        told = [line.entry for line in journal.lines(tx)][-20:]
    assert [e.reason for e in told if e.event is Event.OVERRIDE_ADDED] == ["test"]
    fired = [dict(e.data)["person"] for e in told if e.event is Event.STEP_FIRED]
    assert fired[-1] == "yun-chuxiu"
    room.sms.taken.clear()


@pytest.mark.parametrize("silent", ["sms", "console"])
def test_an_alarm_that_nobody_can_be_told_makes_no_alarm_about_itself(
    room: Room, silent: str
) -> None:
    """Its rounds go on, and there is one."""
    gone = room.sms if silent == "sms" else room.console
    gone.answer = lambda _order: InDoubt("time-out")
    room.free = 80_000_000
    room.forward(hours=3)
    assert room.alarms().count("disk") == 1
    assert "unreached" not in room.alarms()
    room.sms.taken.clear()
