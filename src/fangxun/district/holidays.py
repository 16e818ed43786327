"""holidays/YYYY.csv from the PyPI package `holidays`, where the year's notice is published."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from fangxun.core.errors import N_, Conflict, Refused

_SATURDAY = 5
_DAY = timedelta(days=1)
_SUBSTITUTED = "休息日"
"""How the package calls a day off in exchange for a make-up workday."""
MAKE_UP_NAME = "调休上班"


def seed_holidays(year: int, folder: Path) -> Path:
    """Write holidays/YYYY.csv below the district folder; the file's path.

    Refused where the year has no published notice: the package then guesses the statutory days and
    knows of no make-up workdays. Conflict where the file is there already: it may hold mends.
    """
    path = folder / "holidays" / f"{year:04}.csv"
    if path.exists() or path.is_symlink():
        message = N_("{path} is there already; remove it first if it is to be written anew")
        raise Conflict(message, path=path)
    lines = _lines(year)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("日期", "类型", "名称"))
    writer.writerows(lines)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def _lines(year: int) -> list[tuple[str, str, str]]:
    """(date, HOLIDAY or MAKEUP, name) of every day of the year's notice, in order.

    1. the package's holidays and its make-up workdays of the year;
    2. the package leaves out weekend days inside a holiday, the notice counts them: every weekend
       day beside a holiday belongs to it, unless it is a make-up workday.
    """
    import holidays  # noqa: PLC0415  heavy; only this command needs it

    china = holidays.country_holidays("CN", years=year, language="zh_CN")
    make_up = {day for day in getattr(china, "weekend_workdays", ()) if day.year == year}
    if not make_up:
        message = N_(
            "The State Council's holiday notice of {year} is not known here (it comes out in "
            "November of the year before); write holidays/{year}.csv by hand, or update the "
            "package `holidays`."
        )
        raise Refused(message, year=year)
    names = {day: name for day, name in china.items() if day.year == year and day not in make_up}
    for step in (_DAY, -_DAY):
        for day in sorted(names):
            _spread(names, day, step, make_up)
    lines = [(day.isoformat(), "HOLIDAY", _named(names, day)) for day in names]
    lines += [(day.isoformat(), "MAKEUP", MAKE_UP_NAME) for day in make_up]
    return sorted(lines)


def _named(names: Mapping[date, str], day: date) -> str:
    """The holiday that a day off belongs to: its own name, or that of the days before it."""
    here = day
    while names[here].startswith(_SUBSTITUTED) and here - _DAY in names:
        here -= _DAY
    return names[here].removesuffix("（补假）")


def _spread(names: dict[date, str], day: date, step: timedelta, make_up: set[date]) -> None:
    """Give the weekend days beside a holiday its name."""
    beside = day + step
    while beside.weekday() >= _SATURDAY and beside.year == day.year and beside not in make_up:
        names.setdefault(beside, names[day])
        beside += step
