"""Overrides that fit no more: listed, never touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fangxun.core.roster.data import (
    Finding,
    FindingKind,
    Override,
    OverrideKind,
    Post,
    Roster,
)
from fangxun.core.roster.shifts import shifts
from fangxun.core.timeline import Span


def unfit(
    overrides: Sequence[Override],
    roster: Roster,
    people: frozenset[str],
    *,
    within: Span | None = None,
) -> tuple[Finding, ...]:
    """Overrides that no longer fit a roster: their post or person is gone, or nobody of those whom
    they replace or remove stands then. They stay as they are, and are listed.

    `within`: only those that meet this span; earlier ones still count for what they left behind.
    """
    alone = {post.id: _alone(roster, post) for post in roster.posts}
    earlier: dict[str, list[Override]] = {}
    found: list[Finding] = []
    for override in sorted(overrides, key=lambda o: o.id):
        before = earlier.setdefault(override.post, [])
        if within is None or override.span.meets(within):
            named = tuple(p for p in (override.person, override.instead_of) if p is not None)
            post = alone.get(override.post)
            if (
                post is None
                or not people.issuperset(named)
                or not _replaces(override, post, before)
            ):
                fields = (("override", str(override.id)),)
                kind = FindingKind.OVERRIDE_UNFIT
                found.append(Finding(kind, override.post, override.span, named, fields))
        before.append(override)
    return tuple(found)


def _replaces(override: Override, alone: Roster, before: Sequence[Override]) -> bool:
    """Whether somebody stands whom an override means, after those made before it on its post."""
    if override.kind is OverrideKind.ADD:
        return True
    near = tuple(o for o in before if o.span.meets(override.span))
    standing = shifts(replace(alone, overrides=near), override.span)
    return any(override.instead_of in {None, shift.person} for shift in standing)


def _alone(roster: Roster, post: Post) -> Roster:
    """The rules of one post, without overrides: asked many times, it is to cost little."""
    return replace(
        roster,
        posts=(post,),
        rotations=tuple(r for r in roster.rotations if r.post == post.id),
        table=tuple(entry for entry in roster.table if entry.post == post.id),
        overrides=(),
    )
