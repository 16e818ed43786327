"""Day types, and how many days a rotation has covered since it began."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from itertools import accumulate

from fangxun.core.roster.data import DayType, Roster, Rotation
from fangxun.core.roster.season import Season

_SATURDAY = 5
_WEEK = 7
_Kinds = tuple[tuple[DayType, ...], tuple[int, ...]]
"""Day types and weekdays that are counted, as a rotation names them."""


class Calendar:
    """What type a day is, and how far each rotation has come by then."""

    def __init__(self, roster: Roster) -> None:
        """The roster's holidays, and an empty memory of what was worked out from them."""
        self._special = {
            holiday.day: DayType.WORKDAY if holiday.make_up else DayType.HOLIDAY
            for holiday in roster.holidays
        }
        self._days = sorted(self._special)
        self._shifted: dict[_Kinds, list[int]] = {}
        self._plain: dict[_Kinds, list[int]] = {}
        self._seasons: dict[tuple[Rotation, int], int] = {}

    def type_of(self, day: date) -> DayType:
        """The holiday table first (a make-up Saturday is a workday), then the weekday."""
        return self._special.get(day, _weekday_type(day.weekday()))

    def counted(self, day: date, rotation: Rotation) -> int:
        """Days that the rotation has covered before `day`, since its first.

        Worked out, not walked: however long ago a rotation began, it costs the same (with a season:
        once for each year).
        """
        if rotation.season is not None:
            before = self._seasons_before(day.year - 1, rotation, rotation.season)
            near = (
                self._in_season(year, day, rotation, rotation.season)
                for year in (day.year - 1, day.year)
            )
            return before + sum(near)
        return self._between(rotation.first_day, day, rotation)

    def _between(self, first: date, day: date, rotation: Rotation) -> int:
        """Days of the rotation's types and weekdays from one day to before another."""
        if not rotation.day_types and not rotation.weekdays:
            return (day - first).days
        kinds = (rotation.day_types, rotation.weekdays)
        return self._since_ever(day, kinds) - self._since_ever(first, kinds)

    def _seasons_before(self, year: int, rotation: Rotation, season: Season) -> int:
        """Days covered in the seasons that began before a year."""
        known = self._seasons.get((rotation, year))
        if known is None:
            years = range(rotation.first_day.year - 1, year)
            known = sum(self._in_season(one, date.max, rotation, season) for one in years)
            self._seasons[rotation, year] = known
        return known

    def _in_season(self, year: int, until: date, rotation: Rotation, season: Season) -> int:
        """Days covered before `until` in the season that begins in a year."""
        begin, end = season.of(year)
        start, before = max(begin, rotation.first_day), min(end, until)
        return self._between(start, before, rotation) if start < before else 0

    def _since_ever(self, day: date, kinds: _Kinds) -> int:
        """Days of some kinds before `day`, since the first Monday that a date can be."""
        weeks, rest = divmod(day.toordinal() - 1, _WEEK)
        if kinds not in self._plain:
            usual = (_counts(_weekday_type(weekday), weekday, kinds) for weekday in range(_WEEK))
            self._plain[kinds] = list(accumulate(usual, initial=0))
        in_week = self._plain[kinds]
        shifted = self._by_holidays(kinds)[bisect_left(self._days, day)]
        return weeks * in_week[_WEEK] + in_week[rest] + shifted

    def _by_holidays(self, kinds: _Kinds) -> list[int]:
        """For each line of the holiday table, by how much the lines before it change the count."""
        if kinds not in self._shifted:
            changes = (
                _counts(self._special[day], day.weekday(), kinds)
                - _counts(_weekday_type(day.weekday()), day.weekday(), kinds)
                for day in self._days
            )
            self._shifted[kinds] = list(accumulate(changes, initial=0))
        return self._shifted[kinds]


def _counts(kind: DayType, weekday: int, kinds: _Kinds) -> bool:
    types, weekdays = kinds
    return (not types or kind in types) and (not weekdays or weekday + 1 in weekdays)


def _weekday_type(weekday: int) -> DayType:
    return DayType.WORKDAY if weekday < _SATURDAY else DayType.REST_DAY
