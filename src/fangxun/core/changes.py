"""What an edit of the roster changes for whom: watches that somebody has gained or lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fangxun.core.timeline import Span, without


@dataclass(frozen=True, slots=True)
class Stands:
    """Somebody stands on a post for a span, by whatever rule."""

    person: str
    post: str
    span: Span


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Somebody stands on a post for a span who did not before (`gained`), or does no more."""

    span: Span
    post: str
    person: str
    gained: bool


def changes(before: Iterable[Stands], after: Iterable[Stands], within: Span) -> list[Change]:
    """What differs within a span, in order of time. How a watch is cut into shifts is no change."""
    was, is_ = _spans(before, within), _spans(after, within)
    found = []
    for person, post in {**was, **is_}:
        one, two = was.get((person, post), []), is_.get((person, post), [])
        found += [Change(span, post, person, gained=True) for span in without(two, one)]
        found += [Change(span, post, person, gained=False) for span in without(one, two)]
    return sorted(found)


def net(told: Sequence[Change]) -> list[Change]:
    """What several changes, in the order in which they were made, come to: what was given and
    taken again is none."""
    left: dict[tuple[str, str, bool], tuple[Span, ...]] = {}
    for change in told:
        same = (change.person, change.post, change.gained)
        other = (change.person, change.post, not change.gained)
        undone = left.get(other, ())
        left[other] = without(undone, [change.span])
        left[same] = without([*left.get(same, ()), *without([change.span], undone)], [])
    return sorted(
        Change(span, post, person, gained)
        for (person, post, gained), spans in left.items()
        for span in spans
    )


def _spans(stands: Iterable[Stands], within: Span) -> dict[tuple[str, str], list[Span]]:
    found: dict[tuple[str, str], list[Span]] = {}
    for one in stands:
        inside = one.span.within(within)
        if inside is not None:
            found.setdefault((one.person, one.post), []).append(inside)
    return found
