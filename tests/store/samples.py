"""Small core values for the tests of the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from fangxun.core.criterion import Criterion
from fangxun.core.district import District, Unit
from fangxun.core.incident import Incident, IncidentState, PlaceInIncident, Raise
from fangxun.core.journal import Entry, Event
from fangxun.core.level import Hazard, Level, ResponseLevel
from fangxun.core.page import Attempt, AttemptState, Page, PageKind, PageState
from fangxun.core.place import Area, Datum, Gauge, HazardSite, Measure, SiteKind
from fangxun.core.plan import (
    Channel,
    Contact,
    Group,
    Ladder,
    LevelPlan,
    Plan,
    ResponseRule,
    Step,
    Wave,
)
from fangxun.core.responsibility import Official, Person, Phone
from fangxun.core.roster import DaySection, Holiday, Post, Role, Roster, Rotation, TableEntry

NOW = datetime(2026, 7, 20, 19, 0, tzinfo=UTC)
"""03:00 in the district."""

MINUTE = timedelta(minutes=1)


def number(n: int) -> str:
    """A number that rings nobody."""
    return f"+8610000000{n:03d}"


def page(n: int, **changes: object) -> Page:
    """The n-th page of incident 1, due at NOW."""
    made = Page(
        id=0,
        kind=PageKind.PAGE,
        key=f"p/1/xiayun/1/person{n}",
        opened_at=NOW,
        state=PageState.OPEN,
        level=Level.ORANGE,
        incident=1,
        place="xiayun",
        raise_no=1,
        person=f"person{n}",
        group=Group.OFFICIALS,
        next_due=NOW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # replace() of any field


def attempt(n: int, *pages: int, **changes: object) -> Attempt:
    """The n-th attempt, queued at NOW for some pages."""
    made = Attempt(
        id=f"{n:016x}",
        pages=pages,
        contact=f"person{n}",
        channel=Channel.SMS,
        number=number(n % 1000),
        gateway="console",
        text=f"【云溪防汛】下云镇 橙色 回复 {n}",
        state=AttemptState.QUEUED,
        queued_at=NOW,
        expires_at=NOW + 30 * MINUTE,
        priority=100,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # replace() of any field


def entry(n: int) -> Entry:
    """The n-th line of the journal."""
    data = (("person", f"person{n}"), ("list", [1, 2.5, None, "雨"]))
    return Entry(NOW, Event.PAGE_OPENED, "system", f"page/{n}", "officials", data)


def incident(number_: int = 1, state: IncidentState = IncidentState.OPEN) -> Incident:
    """An incident with two places, not in the order of the alphabet."""
    return Incident(
        number_,
        "xiayun",
        state,
        NOW,
        (
            PlaceInIncident("xiayun", Level.ORANGE, 1, NOW),
            PlaceInIncident(
                "gully",
                Level.RED,
                2,
                NOW + MINUTE,
                duty_only=True,
                hazard=Hazard.TYPHOON,
                own=Raise(Level.ORANGE, 1, NOW, Hazard.RAIN),
            ),
        ),
    )


PEOPLE = tuple(
    Person(
        f"person{n}",
        f"甲{n}",
        "office" if n < 4 else "town",
        "值班员",
        (Phone(number(n)), Phone(number(n + 100), voice=False)),
    )
    for n in range(8)
)

_DAY = (DaySection("day", time(8), timedelta(hours=24)),)
_HALVES = (
    DaySection("day", time(8, 30), timedelta(hours=9)),
    DaySection("night", time(17, 30), timedelta(hours=15)),
)
_POSTS = (
    Post("officer", "值班员", "office", Role.DUTY_OFFICER, _DAY),
    Post("leader", "带班领导", "office", Role.LEADER, _DAY),
    Post("town-officer", "镇值班员", "town", Role.DUTY_OFFICER, _HALVES),
    Post("standby", "备班", "town", Role.STANDBY, _DAY, Level.ORANGE),
)
_LADDER = Ladder((Step(Contact.PERSON, Channel.SMS, 1, 5 * MINUTE),))


def district(people: tuple[Person, ...] = PEOPLE) -> District:
    """A small district with every kind of thing in it."""
    return District(
        id="yunxi",
        name="云溪县",
        language="zh_CN",
        root="yunxi",
        units=(
            Unit("office", "防汛办", None, number(900), "yunxi"),
            Unit("town", "下云镇", "office", number(901), "xiayun"),
        ),
        areas=(
            Area("yunxi", "云溪县", "990101", None),
            Area("xiayun", "下云镇", "990101101", "yunxi", ((30.0, 110.0), (30.1, 110.0))),
        ),
        sites=(HazardSite("gully", "北涧沟", SiteKind.GULLY, "xiayun", 30.0, 110.0),),
        gauges=(
            Gauge(
                "g1",
                "云溪站",
                Measure.RAIN,
                30.0,
                110.0,
                Datum.CGCS2000,
                timedelta(hours=1),
                5 * MINUTE,
                ("yunxi", "gully"),
            ),
        ),
        people=people,
        officials=(Official("gully", "person4", "person5"), Official("xiayun", "person6")),
        criteria=(
            Criterion(
                "c1", "gully", Hazard.RAIN, Measure.RAIN, timedelta(hours=1), Level.RED, 60.0, 50.0
            ),
        ),
        plan=Plan(
            (LevelPlan(Level.BLUE, (Wave((Group.OFFICIALS, Group.DUTY_ROOM)),), _LADDER),),
            Ladder(_LADDER.steps, 10 * MINUTE, 3),
            "person3",
            (ResponseRule(Level.RED, ResponseLevel.II, ("person3",)),),
            ("person3",),
        ),
        roster=Roster(
            "Asia/Shanghai",
            _POSTS,
            (
                Rotation("r1", "officer", ("person0", "person1", "person2"), date(2026, 7, 1)),
                Rotation("r2", "leader", ("person3",), date(2026, 7, 1)),
                Rotation("r3", "town-officer", ("person4", "person5"), date(2026, 7, 1)),
                Rotation("r4", "standby", ("person6", "person7"), date(2026, 7, 1), 2),
            ),
            (TableEntry("officer", date(2026, 7, 22), "person2", "", "duty/2026-07.csv:3"),),
            (),
            (Holiday(date(2026, 10, 1), "国庆节", make_up=False),),
            (2026,),
        ),
        signature="云溪防汛",
        season=("04-15", "10-15"),
    )
