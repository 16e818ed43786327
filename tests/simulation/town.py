"""The simulated district: three towns of the example with a crowd of officials each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache

from fangxun import district as districts
from fangxun.core.criterion import Criterion
from fangxun.core.district import District
from fangxun.core.level import Hazard, Level
from fangxun.core.place import Measure
from fangxun.core.plan import Channel, Contact, LevelPlan, Step
from fangxun.core.responsibility import Official, Person, Phone
from tests import crowd

TOWNS = ("shangyun", "xiayun", "jiedao")
GAUGES = {"shangyun": "yx02", "xiayun": "yx03", "jiedao": "yx01"}
UNITS = ("fxb", "shangyun-gov", "xiayun-gov")
"""Units whose posts stand; the third town has no watch of its own."""
TEN_MINUTES = timedelta(minutes=10)
LAG = timedelta(minutes=25)
"""How late a reading may be: a poll comes every twenty minutes."""
HALF_HOUR = timedelta(minutes=30)
HOLD = timedelta(minutes=20)
LIMITS = {Level.ORANGE: 20.0, Level.RED: 40.0}
"""Millimetres in half an hour; made up, so that a storm rises and ends within hours."""
SECOND_NUMBER = 3
"""Every so-manieth official has a second number."""


@cache
def district(size: int, *, calls: bool = False) -> District:
    """`size` officials in each town, each the deputy of the one before him. `calls`: the ladder
    calls whoever has not answered the first text."""
    base = districts.read(districts.example_path())
    crowds = {town: tuple(_crowd(town, at * size, size)) for at, town in enumerate(TOWNS)}
    people = (*base.people, *(person for folk in crowds.values() for person in folk))
    kept = {post.id for post in base.roster.posts if post.unit in UNITS}
    roster = replace(
        base.roster,
        posts=tuple(p for p in base.roster.posts if p.id in kept),
        rotations=tuple(r for r in base.roster.rotations if r.post in kept),
        table=tuple(entry for entry in base.roster.table if entry.post in kept),
    )
    gauges = tuple(
        replace(g, interval=TEN_MINUTES, lag=LAG, places=(town,))
        for town in TOWNS
        for g in base.gauges
        if g.id == GAUGES[town]
    )
    return replace(
        base,
        sites=(),
        gauges=gauges,
        people=people,
        officials=tuple(o for folk in crowds.items() for o in _officials(*folk)),
        criteria=tuple(_criteria()),
        plan=replace(
            base.plan,
            hold=HOLD,
            budget_24h=200,
            levels=tuple(map(_calling, base.plan.levels)) if calls else base.plan.levels,
        ),
        roster=roster,
    )


def _calling(level: LevelPlan) -> LevelPlan:
    first, *others = level.ladder.steps
    call = Step(Contact.PERSON, Channel.VOICE, 1, timedelta(minutes=2))
    return replace(level, ladder=replace(level.ladder, steps=(first, call, *others)))


def _crowd(town: str, first: int, size: int) -> Iterator[Person]:
    for index in range(first, first + size):
        phones = [Phone(crowd.number(10_000 + index))]
        if index % SECOND_NUMBER == 0:
            phones.append(Phone(crowd.number(20_000 + index)))
        yield Person(f"{town}-{index:03d}", f"群众{index:03d}", f"{town}-gov", phones=tuple(phones))


def _officials(town: str, folk: tuple[Person, ...]) -> Iterator[Official]:
    for index, person in enumerate(folk):
        yield Official(town, person.id, folk[index - 1].id)


def _criteria() -> Iterator[Criterion]:
    for town in TOWNS:
        for level, limit in LIMITS.items():
            yield Criterion(
                f"{town}-{level.value}", town, Hazard.RAIN, Measure.RAIN, HALF_HOUR, level,
                limit, limit * 0.8, "made up",
            )  # fmt: skip
