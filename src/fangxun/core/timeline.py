"""Half-open spans of aware instants, and local hand-off arithmetic."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo


def require_aware(instant: datetime) -> datetime:
    """The instant in UTC; ValueError for a naive one (it would be read eight hours wrong)."""
    if instant.tzinfo is UTC:
        return instant
    if instant.tzinfo is None or instant.utcoffset() is None:
        message = f"an instant without zone: {instant!r}"
        raise ValueError(message)
    return instant.astimezone(UTC)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """[start, end) of aware instants, kept in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Normalise to UTC; ValueError where naive or empty."""
        object.__setattr__(self, "start", require_aware(self.start))
        object.__setattr__(self, "end", require_aware(self.end))
        if self.start >= self.end:
            message = f"an empty span: {self.start} .. {self.end}"
            raise ValueError(message)

    def holds(self, instant: datetime) -> bool:
        """Whether the instant lies in the span; its end does not."""
        return self.start <= instant < self.end

    def meets(self, other: Span) -> bool:
        """Whether the two share an instant."""
        return self.start < other.end and other.start < self.end

    def within(self, other: Span) -> Span | None:
        """The part of this span that lies in another; None where they do not meet."""
        if not self.meets(other):
            return None
        return Span(max(self.start, other.start), min(self.end, other.end))


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local wall-clock time as an instant in UTC.

    A time in the gap of a DST change is the instant at which the clock jumps; in the fold the first
    of the two is meant. A later time on the wall is so never an earlier instant: sections that
    touch on the wall leave neither hole nor overlap on any day.
    """
    return _instant(datetime.combine(day, at), zone)


def local_end(day: date, at: time, length: timedelta, zone: ZoneInfo) -> datetime:
    """The end of something that begins at a local time and takes `length` on the wall clock."""
    return _instant(datetime.combine(day, at) + length, zone)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    return _jump(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), instant, zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the clock of a zone jumps, between an instant before it and one after."""
    offset = before.astimezone(zone).utcoffset()
    seconds = bisect_left(
        range(int((after - before).total_seconds())),
        True,
        key=lambda s: (before + timedelta(seconds=s)).astimezone(zone).utcoffset() != offset,
    )
    return before + timedelta(seconds=seconds)


def local_days(span: Span, zone: ZoneInfo) -> Iterator[date]:
    """The local dates that a span touches, in order; its end is no part of it."""
    day = span.start.astimezone(zone).date()
    last = (span.end - timedelta(microseconds=1)).astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same instants in as few spans as can be, in order."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def at_least(spans: Sequence[Span], count: int) -> tuple[Span, ...]:
    """The instants that at least `count` of the spans hold, in as few spans as can be."""
    edges = sorted([(span.start, 1) for span in spans] + [(span.end, -1) for span in spans])
    held, found, since = 0, [], None
    for at, change in edges:  # at one instant, ends come first
        held += change
        if since is None and held >= count:
            since = at
        elif since is not None and held < count:
            if since < at:
                found.append(Span(since, at))
            since = None
    return merge(found)


def subtract(span: Span, holes: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of a span without the others, in order."""
    return without((span,), holes)


def without(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of spans without the others, in order and merged; one walk along both."""
    left: list[Span] = []
    gone = merge(holes)
    first = 0
    for span in merge(spans):
        while first < len(gone) and gone[first].end <= span.start:
            first += 1
        start = span.start
        for hole in islice(gone, first, None):
            if hole.start >= span.end:
                break
            if hole.start > start:
                left.append(Span(start, hole.start))
            start = hole.end
        if start < span.end:
            left.append(Span(start, span.end))
    return tuple(left)
