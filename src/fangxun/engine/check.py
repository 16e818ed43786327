"""The one list of what is wrong with the roster: `roster check`, doctor and the daemon read it."""

from __future__ import annotations

from fangxun.core.findings import findings
from fangxun.core.roster import Finding, FindingKind
from fangxun.core.timeline import Span
from fangxun.engine import reach
from fangxun.engine.parts import Parts
from fangxun.engine.view import View


def check(view: View, span: Span, *, parts: Parts | None) -> tuple[Finding, ...]:
    """The findings of a span, within the district's bounds; without `parts` nothing is known of the
    ways out, and so nothing is said of them."""
    return findings(
        view.roster,
        frozenset(view.people),
        span,
        bounds=view.district.plan.bounds,
        amiss=_amiss(parts, view) if parts is not None else {},
    )


def _amiss(parts: Parts, view: View) -> dict[str, FindingKind]:
    """Who cannot be told, and who cannot confirm; nobody where no gateway carries anything that the
    plan uses, which is one cause and doctor's to tell."""
    plan = view.district.plan
    found: dict[str, FindingKind] = {}
    if not reach.any_way(parts, plan):
        return found
    for person in view.people.values():
        ways = reach.ways(parts, plan, person)
        if not ways:
            found[person.id] = FindingKind.NO_CHANNEL
        elif not any(way.confirms for way in ways):
            found[person.id] = FindingKind.CANNOT_CONFIRM
    return found
