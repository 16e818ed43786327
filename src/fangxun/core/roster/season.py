"""The part of every year in which something stands, such as the main flood season."""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Season:
    """From one day of the year to another, both included, as (month, day) of local days. One whose
    last day comes before its first reaches over the new year."""

    first: tuple[int, int]
    last: tuple[int, int]

    def __str__(self) -> str:
        """As it is written in the folder: 04-15..10-15."""
        (month, day), (last_month, last_day) = self.first, self.last
        return f"{month:02}-{day:02}..{last_month:02}-{last_day:02}"

    def holds(self, day: date) -> bool:
        """Whether a local day lies in it."""
        at = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last

    def of(self, year: int) -> tuple[date, date]:
        """The one that begins in a year: its first day, and the day after its last."""
        last = _day(year + (self.last < self.first), self.last)
        return _day(year, self.first), last + timedelta(days=(last.month, last.day) == self.last)

    def meets(self, other: Season) -> bool:
        """Whether two share a day."""
        mine, theirs = ([one.of(year) for year in (1999, 2000)] for one in (self, other))
        return any(a < d and c < b for a, b in mine for c, d in theirs)


def _day(year: int, month_day: tuple[int, int]) -> date:
    """A day of a year; 1 March stands for a 29 February that is not."""
    month, day = month_day
    return date(year, 3, 1) if month_day == (2, 29) and not isleap(year) else date(year, month, day)
