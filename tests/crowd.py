"""A district with as many officials as wanted, for crash tests and benchmarks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fangxun.core.district import District
from fangxun.core.level import Level
from fangxun.core.plan import Channel, Contact, Group, Ladder, LevelPlan, Step, Wave
from fangxun.core.responsibility import Official, Person, Phone
from tests import beginnings

PLACE = "shangyun"
GAUGE = "yx02"


def number(index: int) -> str:
    """A number that rings nobody, one for each person of a crowd."""
    return f"+86100{index:08d}"


def district(size: int) -> District:
    """The example district, where one town has `size` more officials, each paged once."""
    base = beginnings.example()
    people = tuple(
        Person(
            f"crowd-{i:05d}", f"群众{i:05d}", "shangyun-gov", phones=(Phone(number(10_000 + i)),)
        )
        for i in range(size)
    )
    officials = tuple(Official(PLACE, person.id) for person in people)
    patient = Ladder((Step(Contact.PERSON, Channel.SMS, 1, timedelta(hours=6)),))
    levels = tuple(
        LevelPlan(level, (Wave((Group.OFFICIALS,)),), patient)
        for level in (Level.BLUE, Level.YELLOW, Level.ORANGE, Level.RED)
    )
    return replace(
        base,
        people=base.people + people,
        officials=tuple(o for o in base.officials if o.place != PLACE) + officials,
        plan=replace(base.plan, levels=levels),
    )
