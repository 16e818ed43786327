"""What overrides make of the shifts of one post.

Every override acts on every shift by itself, so a shift is asked only of those that meet it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from fangxun.core.roster.data import Override, OverrideKind, Shift, Source
from fangxun.core.timeline import Span, subtract


def overridden(base: Sequence[Shift], overrides: Sequence[Override]) -> Sequence[Shift]:
    """The shifts of one post after its overrides, in the order in which they were made."""
    if not overrides:
        return base
    by_time = _ByTime(overrides)
    present = [part for shift in base for part in _changed(shift, by_time.meeting(shift.span))]
    for override in overrides:
        if override.kind is OverrideKind.ADD and override.person is not None:
            later = [one for one in by_time.meeting(override.span) if one.id > override.id]
            present += _changed(_added(override, override.person), later)
    return present


class _ByTime:
    """Overrides in heaps whose hulls do not meet, in order of time."""

    def __init__(self, overrides: Sequence[Override]) -> None:
        self._heaps: list[tuple[Span, list[Override]]] = []
        for one in sorted(overrides, key=lambda o: o.span.start):
            hull = self._heaps[-1][0] if self._heaps else None
            if hull is not None and one.span.start < hull.end:
                widest = Span(hull.start, max(hull.end, one.span.end))
                self._heaps[-1] = (widest, [*self._heaps[-1][1], one])
            else:
                self._heaps.append((one.span, [one]))
        self._ends = [hull.end for hull, _heap in self._heaps]

    def meeting(self, span: Span) -> Sequence[Override]:
        """All that may meet a span, in the order in which they were made."""
        first = last = bisect_right(self._ends, span.start)
        while last < len(self._heaps) and self._heaps[last][0].start < span.end:
            last += 1
        if first == last:
            return ()
        heaps = self._heaps[first:last]
        return sorted((one for _hull, heap in heaps for one in heap), key=lambda o: o.id)


def _changed(shift: Shift, overrides: Sequence[Override]) -> list[Shift]:
    parts = [shift]
    for override in overrides:
        if override.kind is not OverrideKind.ADD:
            parts = [piece for part in parts for piece in _split(part, override)]
    return parts


def _added(override: Override, person: str) -> Shift:
    return Shift(override.post, override.span, person, person, Source.OVERRIDE, str(override.id))


def _split(shift: Shift, override: Override) -> list[Shift]:
    """A shift cut by an override: what is outside stays, what is inside changes hands or goes."""
    inside = shift.span.within(override.span)
    if inside is None or override.instead_of not in {None, shift.person}:
        return [shift]
    parts = [replace(shift, span=rest) for rest in subtract(shift.span, [inside])]
    if override.kind is OverrideKind.COVER and override.person is not None:
        parts.append(
            replace(
                shift,
                span=inside,
                person=override.person,
                source=Source.OVERRIDE,
                detail=str(override.id),
            )
        )
    return parts
