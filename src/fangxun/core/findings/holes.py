"""Holes in a roster: spans in which a post has to stand and nobody does, one hole a cause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fangxun.core import watch
from fangxun.core.roster import Finding, FindingKind, OverrideKind, Roster, Shift
from fangxun.core.timeline import Span
from fangxun.core.watch import Gap

BACK = timedelta(days=400)
"""How far back the beginning of a hole is looked for; what is older began before anybody asked."""
_DAILY = timedelta(hours=26)
"""Parts that begin no further apart are one hole: every night is one cause, whatever the clocks do;
next week's is another."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Nobody, or not enough people, stand on a post, in spans that follow each other or come back
    daily.

    `began`: when the first of them began, however long ago; None where that was before anybody
    asked. It stays the same while the hole does, and so tells one hole from another.
    """

    post: str
    began: datetime | None
    parts: tuple[Span, ...]
    """Those that are not over, in order."""
    seats: int = 1
    """How many have to stand there; with more than one, some may."""


def holes(
    roster: Roster,
    span: Span,
    *,
    active: frozenset[str],
    known: Sequence[Shift] | None = None,
) -> tuple[Hole, ...]:
    """The holes that meet a span, in order of the posts; what is over before it is left out, and
    what goes on after it is cut off. `known`: every shift that meets it, where they have been
    worked out."""
    open_posts = {gap.post for gap in watch.gaps(roster, span, active=active, known=known)}
    if not open_posts:
        return ()
    wide = Span(span.start - BACK, span.end)
    own = replace(roster, posts=tuple(p for p in roster.posts if p.id in open_posts))
    found = (_hole(chain, wide, span) for chain in _chains(watch.gaps(own, wide, active=active)))
    return tuple(hole for hole in found if hole.parts)


def _chains(gaps: Sequence[Gap]) -> Iterable[list[Gap]]:
    """Gaps of one post that follow each other daily; `gaps` in order of posts and time."""
    chain: list[Gap] = []
    for gap in gaps:
        last = chain[-1] if chain else None
        if last is None or last.post != gap.post or gap.span.start - last.span.start > _DAILY:
            if chain:
                yield chain
            chain = []
        chain.append(gap)
    if chain:
        yield chain


def _hole(chain: Sequence[Gap], wide: Span, span: Span) -> Hole:
    began = chain[0].span.start
    ahead = (gap.span.within(span) for gap in chain)
    parts = tuple(part for part in ahead if part is not None)
    known = None if began - wide.start < _DAILY else began
    return Hole(chain[0].post, known, parts, chain[0].seats)


def hole_findings(roster: Roster, span: Span) -> Iterable[Finding]:
    """One finding for all holes of a post that its rules leave (every weekend, or from a day on),
    and one for each that a removal has made."""
    rules: dict[str, list[Span]] = {}
    removals = [o for o in roster.overrides if o.kind is OverrideKind.REMOVE]
    for hole in holes(roster, span, active=frozenset()):
        if hole.seats > 1:
            whole, seats = Span(hole.parts[0].start, hole.parts[-1].end), str(hole.seats)
            yield Finding(FindingKind.SHORT, hole.post, whole, (), (("seats", seats),))
            continue
        removed = [
            part
            for part in hole.parts
            if any(o.post == hole.post and o.span.meets(part) for o in removals)
        ]
        left = [part for part in hole.parts if part not in removed]
        rules.setdefault(hole.post, []).extend(left)
        if removed:
            yield _finding(hole.post, removed)
    yield from (_finding(post, parts) for post, parts in rules.items() if parts)


def _finding(post: str, parts: Sequence[Span]) -> Finding:
    whole = Span(parts[0].start, parts[-1].end)
    if len(parts) == 1:
        return Finding(FindingKind.GAP, post, whole)
    hours = sum(((part.end - part.start) for part in parts), timedelta(0)) / timedelta(hours=1)
    fields = (("times", str(len(parts))), ("hours", f"{hours:g}"), ("until", _iso(parts[0].end)))
    return Finding(FindingKind.GAPS, post, whole, (), fields)


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
