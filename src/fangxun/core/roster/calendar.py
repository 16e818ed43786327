"""Day types, and how many days of some types there were since a rotation began."""

from __future__ import annotations

from datetime import date, timedelta

from fangxun.core.roster.data import DayType, Roster, Rotation

_SATURDAY = 5


class Calendar:
    """What type a day is, and how far each rotation has come by then."""

    def __init__(self, roster: Roster) -> None:
        """The roster's holidays, and an empty memory of what was counted."""
        self._special = {
            holiday.day: DayType.WORKDAY if holiday.make_up else DayType.HOLIDAY
            for holiday in roster.holidays
        }
        self._counts: dict[tuple[date, tuple[DayType, ...]], list[int]] = {}

    def type_of(self, day: date) -> DayType:
        """The holiday table first (a make-up Saturday is a workday), then the weekday."""
        weekday = DayType.WORKDAY if day.weekday() < _SATURDAY else DayType.REST_DAY
        return self._special.get(day, weekday)

    def counted(self, day: date, rotation: Rotation) -> int:
        """Days that the rotation has covered before `day`, since its first."""
        ahead = (day - rotation.first_day).days
        if not rotation.day_types:
            return ahead
        counts = self._counts.setdefault((rotation.first_day, rotation.day_types), [0])
        while len(counts) <= ahead:
            here = rotation.first_day + timedelta(days=len(counts) - 1)
            counts.append(counts[-1] + (self.type_of(here) in rotation.day_types))
        return counts[ahead]
