"""Day types, and how many days of some types there were since a rotation began."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from itertools import accumulate

from fangxun.core.roster.data import DayType, Roster, Rotation

_WORKDAYS = 5
"""Monday to Friday; Saturday is weekday 5."""
_WEEK = 7


class Calendar:
    """What type a day is, and how far each rotation has come by then."""

    def __init__(self, roster: Roster) -> None:
        """The roster's holidays, and an empty memory of what was worked out from them."""
        self._special = {
            holiday.day: DayType.WORKDAY if holiday.make_up else DayType.HOLIDAY
            for holiday in roster.holidays
        }
        self._days = sorted(self._special)
        self._shifted: dict[tuple[DayType, ...], list[int]] = {}

    def type_of(self, day: date) -> DayType:
        """The holiday table first (a make-up Saturday is a workday), then the weekday."""
        return self._special.get(day, _weekday_type(day))

    def counted(self, day: date, rotation: Rotation) -> int:
        """Days that the rotation has covered before `day`, since its first.

        Worked out, not walked: however long ago a rotation began, it costs the same.
        """
        if not rotation.day_types:
            return (day - rotation.first_day).days
        types = rotation.day_types
        return self._since_ever(day, types) - self._since_ever(rotation.first_day, types)

    def _since_ever(self, day: date, types: tuple[DayType, ...]) -> int:
        """Days of some types before `day`, since the first Monday that a date can be."""
        weeks, rest = divmod(day.toordinal() - 1, _WEEK)
        count = self._by_holidays(types)[bisect_left(self._days, day)]
        if DayType.WORKDAY in types:
            count += weeks * _WORKDAYS + min(rest, _WORKDAYS)
        if DayType.REST_DAY in types:
            count += weeks * (_WEEK - _WORKDAYS) + max(rest - _WORKDAYS, 0)
        return count

    def _by_holidays(self, types: tuple[DayType, ...]) -> list[int]:
        """For each line of the holiday table, by how much the lines before it change the count."""
        if types not in self._shifted:
            changes = (
                (self._special[day] in types) - (_weekday_type(day) in types) for day in self._days
            )
            self._shifted[types] = list(accumulate(changes, initial=0))
        return self._shifted[types]


def _weekday_type(day: date) -> DayType:
    return DayType.WORKDAY if day.weekday() < _WORKDAYS else DayType.REST_DAY
