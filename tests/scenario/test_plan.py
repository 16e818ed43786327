"""The plan as data: waves, parallel steps, edits under a climbing page, what is owed after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from fangxun.core.journal import Event
from fangxun.core.level import Hazard, Level
from fangxun.core.page import AttemptState, Closing, Page, PageState
from fangxun.core.plan import (
    Channel,
    Contact,
    Duty,
    Group,
    Ladder,
    LevelPlan,
    Owed,
    Plan,
    Step,
    Wave,
)
from fangxun.engine import acts
from fangxun.store import pages as page_store
from tests.scenario.room import Room

OFFICIAL, OFFICER = "jian-changming", "he-lixia"
SOON, MINUTE = timedelta(), timedelta(minutes=1)
OWN = Step(Contact.PERSON, Channel.SMS, 1, 2 * MINUTE)


def only(*waves: Wave, ladder: Ladder | None = None, **more: object) -> Callable[[Plan], Plan]:
    """A plan that has these waves at every level."""

    def change(plan: Plan) -> Plan:
        climbs = ladder or plan.levels[0].ladder
        entry = LevelPlan(Level.BLUE, waves, climbs, **more)  # type: ignore[arg-type]  # any field
        return replace(plan, levels=(entry,), responses=())

    return change


def officials(ladder: Ladder, **more: object) -> Callable[[Plan], Plan]:
    """A plan that pages officials alone."""
    return only(Wave((Group.OFFICIALS,)), ladder=ladder, **more)


def pages(room: Room) -> dict[str, Page]:
    """The pages of people, by person."""
    with room.store.read() as tx:
        return {item.person: item for item in page_store.latest(tx) if item.person}


def test_the_second_wave_is_called_when_the_first_does_not_confirm_in_time(room: Room) -> None:
    """Officials first; five minutes later the duty room, and the officials go on climbing."""
    room.plan(only(Wave((Group.OFFICIALS,), wait=5 * MINUTE), Wave((Group.DUTY_ROOM,))))
    room.raised("nanjian", Level.ORANGE)
    assert {who for who, _ in room.left} == {OFFICIAL}
    room.forward(minutes=4)
    assert OFFICER not in {who for who, _ in room.left}
    room.forward(minutes=1)
    assert OFFICER in {who for who, _ in room.left}
    room.sms.taken.clear()


def test_any_one_of_a_wave_ends_the_calling_and_closes_the_others_with_the_reason(
    room: Room,
) -> None:
    """The first to take it over is enough where the plan says so, and nobody else is woken."""
    room.plan(only(Wave((Group.DUTY_ROOM,), enough=1), Wave((Group.OFFICIALS,))))
    room.raised("nanjian", Level.ORANGE)
    first, *others = [who for who, _ in room.left]
    room.sms.taken.clear()
    room.reply(first, "收到")
    room.forward(hours=1)
    found = pages(room)
    assert found[first].state is PageState.CONFIRMED
    assert {found[who].closing for who in others} == {Closing.ENOUGH}
    assert OFFICIAL not in found


def test_rungs_in_parallel_go_out_together_and_one_that_fails_does_not_hurry_the_step(
    room: Room,
) -> None:
    """Both numbers at once; only when both have failed is the next step due at once."""
    both = Ladder((replace(OWN, wait=SOON), replace(OWN, number=2), replace(OWN, number=1)))
    room.plan(officials(both))
    room.raised("nanjian", Level.ORANGE)
    first, second = room.expect(OFFICIAL), room.expect(OFFICIAL, number=2)
    room.receipt(first, AttemptState.FAILED)
    assert room.left == []
    room.receipt(second, AttemptState.FAILED)
    room.expect(OFFICIAL)
    room.reply(OFFICIAL, "收到")
    room.forward(hours=1)


def test_a_step_added_to_the_plan_while_a_page_climbs_counts_from_its_place_and_says_so(
    room: Room,
) -> None:
    """What was put before the place that it has reached is not made up for."""
    room.plan(officials(Ladder((OWN, replace(OWN, number=2)))))
    room.raised("nanjian", Level.ORANGE)
    room.expect(OFFICIAL)
    late = Step(Contact.LEADER, Channel.SMS, 1, MINUTE)
    room.plan(officials(Ladder((late, OWN, late))))
    assert room.left == []
    room.forward(minutes=2)
    assert len(room.left) == 1
    assert "未应答" in room.left[0][1]
    assert room.told(Event.LADDER_EDITED) == ["plan_edited"]
    room.sms.taken.clear()
    room.reply(OFFICIAL, "收到")
    room.forward(hours=1)


def test_whoever_takes_over_is_told_of_pages_and_not_of_as_many_people(room: Room) -> None:
    """Of two silent officials one answers for two places."""
    room.plan(officials(Ladder((OWN, Step(Contact.LEADER, Channel.SMS, 1, MINUTE)))))
    for place in ("shangyun", "jiazi-gully"):
        acts.raise_by_hand(room.store, place, Level.ORANGE, act=room.by(OFFICER))
    room.settle()
    room.sms.taken.clear()
    room.forward(minutes=2)
    ((_, said),) = room.left
    assert "】3项叫应未应答:" in said
    room.sms.taken.clear()


def test_a_repeated_call_is_the_same_page_and_a_confirmation_ends_it(room: Room) -> None:
    """Three texts in five minutes, then nothing."""
    room.plan(officials(Ladder((replace(OWN, wait=100 * timedelta(seconds=1)),) * 3)))
    room.raised("nanjian", Level.ORANGE)
    room.forward(seconds=100)
    assert Counter(who for who, _ in room.left) == {OFFICIAL: 2}
    room.sms.taken.clear()
    room.reply(OFFICIAL, "收到")
    room.forward(hours=1)


def test_a_confirmed_page_cannot_be_forgotten_while_its_people_are_not_moved_out(
    room: Room,
) -> None:
    """The clock runs from his confirmation; his report ends it, silence becomes an alarm."""
    moved = Duty(Owed.MOVED_OUT, (Group.OFFICIALS,), 60 * MINUTE)
    room.plan(officials(Ladder((OWN,)), duties=(moved,)))
    room.raised("nanjian", Level.RED)
    room.expect(OFFICIAL, "转移", "转移完毕")
    room.forward(minutes=1)
    room.reply(OFFICIAL, "收到")
    room.forward(minutes=59)
    assert room.alarms() == []
    room.forward(minutes=1)
    assert room.alarms() == ["not_moved_out"]
    room.sms.taken.clear()


def test_people_moved_out_in_time_are_an_end_of_it(room: Room) -> None:
    """Both in one text: he confirms, and they are out."""
    moved = Duty(Owed.MOVED_OUT, (Group.OFFICIALS,), 60 * MINUTE)
    room.plan(officials(Ladder((OWN,)), duties=(moved,)))
    room.raised("nanjian", Level.RED)
    code = room.code(OFFICIAL, pages(room)[OFFICIAL].id)
    room.expect(OFFICIAL, code)
    room.reply(OFFICIAL, f"转移完毕{code}")
    assert pages(room)[OFFICIAL].met_at == room.now
    assert room.told(Event.MOVED_OUT) == ["reply"]
    room.forward(hours=3)


def test_a_plan_for_a_hazard_calls_whom_it_names_for_that_hazard_alone(room: Room) -> None:
    """A raise by hand is about rain; the plan for landslides leaves it to the one for all."""

    def change(plan: Plan) -> Plan:
        whole = LevelPlan(Level.BLUE, (Wave((Group.OFFICIALS,)),), Ladder((OWN,)))
        rain = replace(whole, waves=(Wave((Group.LEADERS,)),), hazards=(Hazard.RAIN,))
        slide = replace(whole, waves=(Wave((Group.DUTY_ROOM,)),), hazards=(Hazard.GEOLOGICAL,))
        return replace(plan, levels=(whole, rain, slide), responses=())

    room.plan(change)
    room.raised("nanjian", Level.ORANGE)
    called = {who for who, _ in room.left}
    assert called
    assert not called & {OFFICIAL, OFFICER}
    room.sms.taken.clear()
