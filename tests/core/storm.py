"""Small values that the tests of the response rooms build their storms from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fangxun.core.assessment import Assessment, Why
from fangxun.core.escalation import Contacts
from fangxun.core.level import Certainty, Level, ResponseLevel
from fangxun.core.page import Attempt, AttemptState, Page, PageKind, PageState
from fangxun.core.plan import (
    Channel,
    Contact,
    Group,
    Ladder,
    LevelPlan,
    Plan,
    ResponseRule,
    Scope,
    Standing,
    Step,
    Wave,
)
from fangxun.core.responsibility import Official, Person, Phone
from fangxun.core.roster import Role

NOW = datetime(2026, 7, 20, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def minutes(count: float) -> datetime:
    return NOW + count * MINUTE


def assessed(place, level, certainty=Certainty.KNOWN, *, duty_only=False, why=Why.REACHED):
    return Assessment(place, level, certainty, NOW, why, duty_only=duty_only)


def person(name, *numbers, unit="town", **fields):
    phones = tuple(
        number if isinstance(number, Phone) else Phone(f"+8610000000{number:03d}")
        for number in numbers
    )
    return Person(name, name.title(), unit, phones=phones, **fields)


PEOPLE = (
    person("a", 101, 102),
    person("b", 103),
    person("town-officer", 111),
    person("town-leader", 112),
    person("officer", 121, unit="root"),
    person("deputy", 122, unit="root"),
    person("leader", 123, 124, unit="root"),
    person("extra", 131, unit="root"),
    person("chief", 141, unit="root"),
)
STANDING = (
    Standing("town", Role.DUTY_OFFICER, "town-officer", "town-duty"),
    Standing("town", Role.LEADER, "town-leader", "town-lead"),
    Standing("root", Role.DUTY_OFFICER, "officer", "duty"),
    Standing("root", Role.DEPUTY, "deputy", "second"),
    Standing("root", Role.LEADER, "leader", "lead"),
    Standing("root", Role.STANDBY, "extra", "extra-post"),
)
OFFICIALS = (Official("gully", "a", "b"),)
SCOPE = Scope("gully", "town", "root", OFFICIALS)

SMS = Channel.SMS
PAGE_LADDER = Ladder(
    (
        Step(Contact.PERSON, SMS, 1, 2 * MINUTE),
        Step(Contact.PERSON, SMS, 2, 2 * MINUTE),
        Step(Contact.DEPUTY, SMS, 1, 3 * MINUTE),
        Step(Contact.LEADER, SMS, 1, 3 * MINUTE),
    )
)
ALARM_LADDER = Ladder(
    (
        Step(Contact.DUTY_OFFICER, Channel.CONSOLE, 1, 30 * SECOND),
        Step(Contact.DUTY_OFFICER, SMS, 1, 2 * MINUTE),
        Step(Contact.DEPUTY_OFFICER, SMS, 1, 2 * MINUTE),
        Step(Contact.LEADER, SMS, 1, 3 * MINUTE),
        Step(Contact.LAST_RESORT, SMS, 1, 3 * MINUTE),
    ),
    repeat=10 * MINUTE,
    most=3,
)
PLAN = Plan(
    levels=(
        LevelPlan(Level.BLUE, (Wave((Group.OFFICIALS, Group.UNIT_WATCH)),), PAGE_LADDER),
        LevelPlan(
            Level.ORANGE,
            (
                Wave(
                    (
                        Group.OFFICIALS,
                        Group.UNIT_WATCH,
                        Group.DUTY_ROOM,
                        Group.LEADERS,
                        Group.EXTRA_POSTS,
                    )
                ),
            ),
            PAGE_LADDER,
        ),
    ),
    alarm=ALARM_LADDER,
    last_resort="chief",
    responses=(
        ResponseRule(Level.BLUE, ResponseLevel.IV, ("leader",)),
        ResponseRule(Level.ORANGE, ResponseLevel.II, ("chief",)),
    ),
    all_clear_approvers=("leader",),
)


def contacts(**changes):
    fields = {
        "people": {someone.id: someone for someone in PEOPLE},
        "officials": OFFICIALS,
        "standing": STANDING,
        "unit": "town",
        "root_unit": "root",
        "parents": {"town": "root", "root": None, "bureau": "root", "station": "bureau"},
        "last_resort": "chief",
        "channels": frozenset({SMS, Channel.CONSOLE}),
    }
    return Contacts(**(fields | changes))


def page(number=1, *, who="a", state=PageState.OPEN, **fields):
    values = {
        "id": number,
        "kind": PageKind.PAGE,
        "key": f"p/1/gully/1/{who}/{number}",
        "opened_at": NOW,
        "state": state,
        "level": Level.ORANGE,
        "incident": 1,
        "place": "gully",
        "raise_no": 1,
        "person": who,
        "group": Group.OFFICIALS,
        "next_due": NOW if state is PageState.OPEN else None,
    }
    return Page(**(values | fields))


def alarm_page(number=9, **fields):
    values = {
        "kind": PageKind.ALARM,
        "key": f"a/feed_stale:x/{number}",
        "person": None,
        "group": None,
        "place": None,
        "incident": None,
        "raise_no": 0,
        "cause": "feed_stale:x",
    }
    return page(number, **(values | fields))


def attempt(number=1, *, pages=(1,), who="a", state=AttemptState.QUEUED, **fields):
    values = {
        "id": f"{number:016x}",
        "pages": pages,
        "contact": who,
        "channel": SMS,
        "number": "+8610000000101",
        "gateway": "main",
        "text": "text",
        "state": state,
        "queued_at": NOW,
        "expires_at": NOW + 30 * MINUTE,
        "priority": 0,
    }
    return Attempt(**(values | fields))
