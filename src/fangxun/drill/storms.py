"""The storms of the drill: what falls when, what fails, who sleeps, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from fangxun.core.errors import N_, NotFound
from fangxun.core.level import Hazard, Level
from fangxun.core.observation import Reading
from fangxun.core.place import Measure
from fangxun.core.timeline import Span
from fangxun.core.warning import Bulletin, MessageType, Reference, Status, Target
from fangxun.drill.world import ASLEEP, DEAD_FIRST
from fangxun.feeds.replay import Item

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
LAG = timedelta(minutes=4)
"""How long after the end of its interval a reading comes out."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a storm must lead to: raises in order, the number of pages, who stays unreached."""

    raises: tuple[tuple[str, Level], ...]
    pages: int
    unreached: tuple[str, ...]
    reaches_all_clear: bool = True


@dataclass(frozen=True, slots=True)
class Storm:
    """`start` and `end` in UTC; `items` by feed; `habits` of single people."""

    name: str
    title: str
    note: str
    start: datetime
    end: datetime
    items: Mapping[str, tuple[Item, ...]]
    expected: Expected
    habits: Mapping[str, str] = field(default_factory=dict)
    outages: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    dead_hours: tuple[tuple[datetime, datetime], ...] = ()


GAUGES = ("yx01", "yx02", "yx03", "yx04", "yx05", "yx06")
TEN_MINUTES = ("yx07", "yx08")
STAGE = "yx09"


def local(day: str, hour: int, minute: int = 0) -> datetime:
    """A local time of the example district, in UTC."""
    return (
        datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}").replace(tzinfo=ZONE).astimezone(UTC)
    )


def hourly(gauge: str, first_end: datetime, mm: Sequence[float | None]) -> list[Item]:
    """Hourly rain, ending at `first_end` and each hour after; None is a reading that never came."""
    found: list[Item] = []
    for number, amount in enumerate(mm):
        end = first_end + number * HOUR
        if amount is not None:
            reading = Reading(gauge, Measure.RAIN, end - HOUR, end, amount)
            found.append((end + LAG, reading))
    return found


def ten_minutes(gauge: str, first_end: datetime, mm: Sequence[float | None]) -> list[Item]:
    """Hourly amounts spread evenly over ten-minute readings."""
    step = timedelta(minutes=10)
    found: list[Item] = []
    for number, amount in enumerate(mm):
        for part in range(6):
            end = first_end - HOUR + number * HOUR + (part + 1) * step
            if amount is not None:
                each = round(amount / 6, 2)
                found.append(
                    (
                        end + timedelta(minutes=1),
                        Reading(gauge, Measure.RAIN, end - step, end, each),
                    )
                )
    return found


def stage(first: datetime, metres: list[float]) -> list[Item]:
    """Hourly stage of the reservoir."""
    return [
        (at + LAG, Reading(STAGE, Measure.STAGE, at, at, metre))
        for number, metre in enumerate(metres)
        for at in (first + number * HOUR,)
    ]


def calm(hours: int, first_end: datetime, *, without: tuple[str, ...] = ()) -> list[Item]:
    """No rain on every gauge that is not named, and a reservoir that stands still."""
    found: list[Item] = []
    dry: list[float | None] = [0.0] * hours
    for gauge in GAUGES:
        if gauge not in without:
            found += hourly(gauge, first_end, dry)
    for gauge in TEN_MINUTES:
        if gauge not in without:
            found += ten_minutes(gauge, first_end, dry)
    if STAGE not in without:
        found += stage(first_end, [98.0] * hours)
    return found


def _sorted(items: list[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: item[0]))


def omoto() -> Storm:
    """A real hour-by-hour storm: Omoto (Iwate), JMA AMeDAS, 13-14 August 2023, hours ending 17:00
    to 02:00. Here it falls on 上云镇, in its local time, after a day without rain."""
    first = local("2026-08-12", 17)
    rain: Sequence[float | None] = [0.0] * 24 + [
        3.0, 24.0, 83.0, 123.5, 92.5, 58.0, 33.0, 66.0, 36.0, 16.5,
    ] + [0.0] * 30  # fmt: skip
    items = calm(len(rain), first, without=("yx02",)) + hourly("yx02", first, rain)
    return Storm(
        name="omoto",
        title=N_("Omoto 2023: from nothing to red within an hour"),
        note=N_(
            "Real hourly rain of JMA's gauge Omoto, Iwate, 2023-08-13; "
            "place and people are made up."
        ),
        start=local("2026-08-13", 15),
        end=local("2026-08-15", 8),
        items={"gauges": _sorted(items)},
        habits={"gu-huiyin": ASLEEP, "ling-shangqing": ASLEEP, "yun-chuxiu": DEAD_FIRST},
        expected=Expected(
            raises=(("shangyun", Level.RED), ("jiazi-gully", Level.RED)),
            pages=23,
            unreached=(),
        ),
    )


def bulletin(
    number: int, sent: datetime, level: Level, kind: MessageType, *, hours: int = 24
) -> Bulletin:
    """A rainstorm warning signal for the whole district, in the shape that the feed gives."""
    before = (Reference("yunxi-observatory", f"yx-{number - 1}"),) if number > 1 else ()
    return Bulletin(
        feed="warnings",
        sender="yunxi-observatory",
        identifier=f"yx-{number}",
        sent=sent,
        status=Status.ACTUAL,
        message_type=kind,
        hazard=Hazard.RAIN,
        event="暴雨",
        level=level,
        headline=f"云溪区气象台发布暴雨{_COLOUR[level]}预警信号",
        expires=sent + timedelta(hours=hours),
        references=before,
        targets=(Target("云溪区", codes=("999901000000",)),),
    )


_COLOUR = {
    Level.BLUE: "蓝色", Level.YELLOW: "黄色", Level.ORANGE: "橙色", Level.RED: "红色",
    Level.NONE: "", Level.UNKNOWN: "",
}  # fmt: skip


def zhengzhou() -> Storm:
    """A reconstruction from the published figures of 19-20 July 2021 in Zhengzhou: 201.9 mm from 16
    to 17 h on the 20th, 552.5 mm in the 24 h and 617.1 in the 72 h to 20 h, 333 mm in the three
    hours of the maximum. No hourly series is published: the hours between are ours, and fit these
    sums."""
    first = local("2026-07-17", 21)
    eighteenth = [*[2.0] * 20, *[2.4] * 4]
    nineteenth = [*[0.0] * 20, 2.0, 4.0, 3.0, 6.0]
    twentieth = [
        6.0, 8.0, 9.0, 10.0, 12.0, 10.0, 9.0, 8.0, 10.0, 12.0, 14.0, 15.0,
        14.0, 12.0, 10.0, 9.0, 12.5, 16.0, 19.0, 60.0, 201.9, 71.1, 3.0, 1.0,
    ]  # fmt: skip
    rain = [*eighteenth, *nineteenth, *twentieth, *[0.0] * 30]
    items = calm(len(rain), first, without=("yx01",)) + hourly("yx01", first, rain)
    warnings: list[Item] = [
        (
            local("2026-07-19", 21, 59),
            bulletin(1, local("2026-07-19", 21, 59), Level.RED, MessageType.ALERT),
        ),
        (
            local("2026-07-20", 16, 1),
            bulletin(2, local("2026-07-20", 16, 1), Level.RED, MessageType.UPDATE),
        ),
        (
            local("2026-07-21", 6),
            bulletin(3, local("2026-07-21", 6), Level.RED, MessageType.CANCEL),
        ),
    ]
    return Storm(
        name="zhengzhou",
        title=N_("Zhengzhou 2021: a reconstruction from the published figures"),
        note=N_(
            "Reconstructed: only sums are published, the single hours are not; "
            "place and people are made up."
        ),
        start=local("2026-07-19", 20),
        end=local("2026-07-21", 23),
        items={"gauges": _sorted(items), "warnings": _sorted(warnings)},
        habits={"beng-changzhuan": ASLEEP, "qiao-ruhong": DEAD_FIRST},
        expected=Expected(
            raises=(
                ("yunxi", Level.RED),
                ("jiedao", Level.YELLOW),
                ("jiedao", Level.ORANGE),
                ("jiedao", Level.RED),
            ),
            pages=41,
            unreached=(),
        ),
    )


def ladder() -> Storm:
    """Made up, to climb: blue, yellow, orange, red; lowered and raised again; a gauge falls silent,
    a feed goes stale, the gateway is dead for an hour, and the watch changes in the storm."""
    first = local("2026-08-01", 9)
    rain: list[float | None] = [0.0] * 23 + [
        6.0, 6.0, 6.0, 6.0, 6.0, 6.0, 6.0, 6.0, 6.0, 9.0, 14.0, 20.0, 36.0, 48.0,
        4.0, 0.0, 0.0, 0.0, 0.0, 30.0, 28.0, 0.0, 0.0, 0.0, None, None, None,
    ] + [0.0] * 40  # fmt: skip
    items = calm(len(rain), first, without=("yx03",)) + hourly("yx03", first, rain)
    warnings: list[Item] = [
        (
            local("2026-08-02", 9),
            bulletin(1, local("2026-08-02", 9), Level.BLUE, MessageType.ALERT, hours=12),
        ),
    ]
    return Storm(
        name="ladder",
        title=N_("Ladder: all four levels up, down and up again, with failures on the way"),
        note=N_("Made up to exercise every rung."),
        start=local("2026-08-02", 6),
        end=local("2026-08-05", 6),
        items={"gauges": _sorted(items), "warnings": _sorted(warnings)},
        habits={"yun-guiwan": ASLEEP, "du-wuren": ASLEEP, "tian-wangxi": ASLEEP},
        outages={"warnings": (Span(local("2026-08-02", 13), local("2026-08-02", 16)),)},
        dead_hours=((local("2026-08-02", 21, 6), local("2026-08-02", 21, 12)),),
        expected=Expected(
            raises=(
                ("yunxi", Level.BLUE),
                ("xiayun", Level.BLUE),
                ("xiayun", Level.YELLOW),
                ("xiayun", Level.ORANGE),
                ("xiayun", Level.RED),
                ("xiayun", Level.ORANGE),
            ),
            pages=42,
            unreached=("yun-guiwan", "tian-wangxi"),
        ),
    )


STORMS: Mapping[str, Callable[[], Storm]] = {
    "omoto": omoto, "zhengzhou": zhengzhou, "ladder": ladder,
}  # fmt: skip


def storm(name: str) -> Storm:
    """The storm of that name; NotFound names them all."""
    if name not in STORMS:
        raise NotFound(
            N_("No storm is called {name}; there are {names}."), name=name, names=", ".join(STORMS)
        )
    return STORMS[name]()
