"""Rosters for tests: small ones by hand, and any that hypothesis thinks of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from fangxun.core.level import Level
from fangxun.core.roster import (
    DaySection,
    DayType,
    Holiday,
    Override,
    OverrideKind,
    Post,
    Role,
    Roster,
    Rotation,
    Season,
    TableEntry,
)
from fangxun.core.timeline import Span

STEP = timedelta(minutes=5)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOW = datetime(2026, 7, 1, tzinfo=UTC)
PEOPLE = frozenset("abcdefg")


def section(name, start, hours):
    return DaySection(name, time(int(start), round(start % 1 * 60)), hours * HOUR)


WHOLE = (section("all", 8, 24),)
DAY_AND_NIGHT = (section("day", 8.5, 9), section("night", 17.5, 15))
THREE = (section("early", 0, 8), section("late", 8, 8), section("night", 16, 8))
OFFICE = (section("office", 8.5, 9),)
SMALL_HOURS = (section("one", 1, 1.25), section("two", 2.25, 0.5), section("three", 2.75, 5.25))
"""Hand-offs where clocks change: one section may not exist at all on such a day."""


def post(name="duty", sections=WHOLE, role=Role.DUTY_OFFICER, **fields):
    return Post(name, name, "unit", role, sections, **fields)


def rotation(
    people="abc", on="duty", first=date(2026, 6, 29), turn_days=1, types=(), part="", **fields
):
    """Groups are written with a blank between them."""
    groups = tuple(tuple(group) for group in people.split()) if " " in people else ()
    alone = () if groups else tuple(people)
    id_ = f"{on}-{people}"
    return Rotation(id_, on, alone, first, turn_days, types, part, groups, **fields)


def roster(*posts, **fields):
    fields.setdefault("zone", "Asia/Shanghai")
    fields.setdefault("published_years", (2026, 2027))
    return Roster(posts=posts or (post(),), **fields)


def override(number, kind, span, person=None, instead_of=None, on="duty"):
    return Override(number, kind, on, span, person, instead_of, "reason", "actor", NOW)


def local(day, at=8.0, zone="Asia/Shanghai"):
    """A day of July 2026, or any date, at a local hour."""
    date_ = day if isinstance(day, date) else date(2026, 7, day)
    naive = datetime.combine(date_, time()) + at * HOUR
    return naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def between(start, end, at=8.0):
    """From one local day of July 2026 to another, at eight."""
    return Span(local(start, at), local(end, at))


PLACES = (
    ("Europe/Berlin", date(2026, 3, 28)),
    ("Europe/Berlin", date(2026, 10, 24)),
    ("America/New_York", date(2026, 3, 7)),
    ("America/New_York", date(2026, 10, 31)),
    ("Asia/Shanghai", date(2028, 2, 27)),
    ("Asia/Shanghai", date(2026, 12, 30)),
    ("Pacific/Apia", date(2011, 12, 29)),
    ("America/Sao_Paulo", date(2018, 11, 3)),
    ("America/Sao_Paulo", date(2018, 2, 17)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
)
"""Zones, and days near which something happens: a gap, a fold, a leap day, a new year, no day at
all, a gap and a fold at midnight, a fold of half an hour."""

_people = st.sampled_from(sorted(PEOPLE))


@st.composite
def _seasons(draw, base):
    """One that begins or ends near a day, or has nothing to do with it."""
    one, two = (base + n * DAY for n in (draw(st.integers(-9, 9)), draw(st.integers(-200, 200))))
    return draw(
        st.sampled_from(
            [
                Season((one.month, one.day), (two.month, two.day)),
                Season((two.month, two.day), (one.month, one.day)),
            ]
        )
    )


@st.composite
def _rotations(draw, name, sections, base):
    """One of all days, one a day type, one a section, one that succeeds another, and so on."""
    first, earlier = (base - draw(st.integers(0, most)) * DAY for most in (20, 800))
    turn, later = draw(st.integers(1, 8)), base + draw(st.integers(-2, 3)) * DAY
    teams = st.lists(_people, min_size=1, max_size=4).map("".join)
    groups = st.lists(st.sampled_from(["ab", "cd", "efg", "a"]), min_size=2, max_size=3)
    some = tuple(draw(st.sets(st.integers(1, 7), min_size=1)))

    def one(since=first, **fields):
        return rotation(draw(teams), name, since, **fields)

    forms = {
        "none": list,
        "all": lambda: [one(turn_days=turn)],
        "types": lambda: [one(types=(kind,)) for kind in DayType],
        "sections": lambda: [one(turn_days=turn, part=part.name) for part in sections],
        "succession": lambda: [one(turn_days=turn), one(later)],
        "groups": lambda: [rotation(" ".join(draw(groups)), name, first, turn)],
        "months": lambda: [one(earlier, turn_months=draw(st.integers(1, 3)))],
        "hours": lambda: [one(turn_sections=turn)],
        "weekdays": lambda: [one(turn_days=turn, weekdays=some)],
        "season": lambda: [one(earlier, turn_days=turn, season=draw(_seasons(base))), one()],
    }
    return forms[draw(st.sampled_from(sorted(forms)))]()


@st.composite
def spans_near(draw, base, most_days=6):
    """Spans on whole steps of five minutes, around a day."""
    begin = datetime.combine(base, time(), tzinfo=UTC) - DAY
    start = draw(st.integers(0, most_days * 288))
    length = draw(st.integers(1, 3 * 288))
    return Span(begin + start * STEP, begin + (start + length) * STEP)


@st.composite
def overrides_near(draw, base, posts, most=5):
    """Covers, additions and removals of one or two posts."""
    found = []
    for number in range(1, draw(st.integers(0, most)) + 1):
        kind = draw(st.sampled_from(OverrideKind))
        person = None if kind is OverrideKind.REMOVE else draw(_people)
        instead = None if kind is OverrideKind.ADD else draw(st.none() | _people)
        span = draw(spans_near(base))
        found.append(override(number, kind, span, person, instead, draw(st.sampled_from(posts)).id))
    return tuple(found)


@st.composite
def rosters(draw):
    """A roster, and the day around which it is interesting."""
    zone, base = draw(st.sampled_from(PLACES))
    all_sections = [WHOLE, DAY_AND_NIGHT, THREE, OFFICE, SMALL_HOURS]
    chosen = draw(st.lists(st.sampled_from(all_sections), min_size=1, max_size=2))
    posts = tuple(
        post(
            f"post{n}",
            parts,
            seats=draw(st.integers(1, 3)),
            season=draw(st.none() | st.none() | _seasons(base)),
        )
        for n, parts in enumerate(chosen)
    )
    rotations = [r for p in posts for r in draw(_rotations(p.id, p.sections, base))]
    days = st.integers(-1, 5).map(lambda n: base + n * DAY)
    entries = st.builds(
        lambda p, day, person, whole, where: TableEntry(
            p.id, day, person, "" if whole else p.sections[0].name, f"july.csv:{where}"
        ),
        st.sampled_from(posts), days, _people, st.booleans(), st.integers(2, 30),
    )  # fmt: skip
    holidays = st.builds(Holiday, days, st.just("holiday"), st.booleans())
    return replace(
        roster(*posts, zone=zone),
        rotations=tuple(draw(st.permutations(rotations))),
        table=tuple(draw(st.lists(entries, max_size=4))),
        holidays=tuple({h.day: h for h in draw(st.lists(holidays, max_size=4))}.values()),
        overrides=draw(overrides_near(base, posts)),
    ), base


EXTRA = post("extra", role=Role.STANDBY, stands_from=Level.ORANGE)


JULY = between(1, 31, 0)


def people(found):
    return "".join(shift.person for shift in found)


def whole(found):
    """What a shift is, apart from how it is told why."""
    return sorted((s.post, s.span, s.person, s.turn_of) for s in found)
