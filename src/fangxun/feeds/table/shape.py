"""The mapping of a table in configuration, checked: which column is what."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fangxun.core.errors import N_, ConfigFault
from fangxun.core.place import Measure
from fangxun.feeds.base import FeedSettings
from fangxun.text import _

KEYS = frozenset(
    {
        "format", "list", "gauge", "gauge_id", "time", "value", "measure", "interval_minutes",
        "time_is", "zone", "factor", "missing", "encoding", "delimiter",
    }
)  # fmt: skip
MEASURES = {
    "rain": Measure.RAIN, "雨量": Measure.RAIN, "降雨量": Measure.RAIN, "降水量": Measure.RAIN,
    "stage": Measure.STAGE, "水位": Measure.STAGE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """A mapping, checked. `gauge`, `time`, `value` name columns, or dotted paths within a JSON row;
    `measure` and `interval` are constants where the `..._column` is empty."""

    format: Literal["csv", "json"]
    path: tuple[str, ...]
    gauge: str
    gauge_id: str
    time: str
    value: str
    measure: Measure
    measure_column: str
    interval: timedelta | None
    interval_column: str
    starts: bool
    """Whether a row's time is the start of its interval."""
    zone: ZoneInfo | None
    factor: float
    missing: frozenset[str]
    encoding: str
    delimiter: str


def shape(settings: FeedSettings, *, extra: frozenset[str] = frozenset()) -> Shape:
    """The mapping of a [[feed]]; ConfigFault names what is wrong with it."""
    mapping = {key: value.strip() for key, value in settings.mapping if key not in extra}
    for key in sorted(mapping.keys() - KEYS):
        _wrong(settings, key, _("one of {known}").format(known=", ".join(sorted(KEYS | extra))))
    kind = mapping.get("format", "csv")
    if kind not in {"csv", "json"}:
        _wrong(settings, "format", _("csv or json"))
    if mapping.get("time_is", "end") not in {"start", "end"}:
        _wrong(settings, "time_is", _("start or end"))
    measure = mapping.get("measure", "rain")
    minutes = mapping.get("interval_minutes", "")
    fixed = number_of(minutes)
    if fixed is not None and not 0 < fixed <= 1440:  # noqa: PLR2004  a day
        _wrong(settings, "interval_minutes", _("minutes between 1 and 1440, or a column"))
    if not minutes and measure != "stage":
        _wrong(settings, "interval_minutes", _("the minutes that a rain value covers, or a column"))
    factor = number_of(mapping.get("factor", "1"))
    if factor is None or factor <= 0:
        _wrong(settings, "factor", _("a number above 0"))
    return Shape(
        format="json" if kind == "json" else "csv",
        path=tuple(part for part in mapping.get("list", "").split(".") if part),
        gauge=mapping.get("gauge", "gauge"),
        gauge_id=mapping.get("gauge_id", ""),
        time=mapping.get("time", "time"),
        value=mapping.get("value", "value"),
        measure=MEASURES.get(measure, Measure.RAIN),
        measure_column="" if measure in MEASURES else measure,
        interval=timedelta(minutes=fixed) if fixed is not None else None,
        interval_column="" if fixed is not None else minutes,
        starts=mapping.get("time_is") == "start",
        zone=_zone(settings, mapping.get("zone", "")),
        factor=factor or 1.0,
        missing=frozenset(item.strip().lower() for item in mapping.get("missing", "").split(",")),
        encoding=_encoding(settings, mapping.get("encoding", "")),
        delimiter={"": ",", "tab": "\t"}.get(
            mapping.get("delimiter", ""), mapping.get("delimiter", "")[:1]
        ),
    )


def number_of(written: str) -> float | None:
    """A finite number, or None."""
    try:
        number = float(written)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _zone(settings: FeedSettings, name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        _wrong(settings, "zone", _("an IANA zone such as Asia/Shanghai"))
    return None


def _encoding(settings: FeedSettings, name: str) -> str:
    try:
        b"0".decode(name or "utf-8", "replace")
    except LookupError:
        _wrong(settings, "encoding", _("an encoding such as utf-8 or gb18030"))
    return name


def _wrong(settings: FeedSettings, key: str, expected: str) -> None:
    raise ConfigFault(
        N_("Feed {feed}: mapping.{key}: expected {expected}."),
        feed=settings.name,
        key=key,
        expected=expected,
    )
