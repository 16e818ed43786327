"""The one list of findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from fangxun.core.findings.bounds import USUAL, Bounds
from fangxun.core.findings.holes import hole_findings
from fangxun.core.findings.people import double_bookings, on_leave, unknown_people, unreachable
from fangxun.core.findings.shares import unfair
from fangxun.core.findings.strain import strain
from fangxun.core.roster import Finding, FindingKind, Roster, shifts, unfit
from fangxun.core.timeline import Span, local_days

_BEFORE = timedelta(days=9)
"""A row of watches that goes on today may have begun so long ago."""


def findings(
    roster: Roster,
    people: frozenset[str],
    span: Span,
    *,
    bounds: Bounds = USUAL,
    amiss: Mapping[str, FindingKind] | None = None,
) -> tuple[Finding, ...]:
    """What is wrong with a roster in a span, one finding a cause: holes first, then who cannot
    stand, then what is too much for somebody, then what is missing.

    `people` are those who are known; `amiss` those of them whom no gateway reaches (NO_CHANNEL) or
    who cannot confirm (CANNOT_CONFIRM). Nothing that was over before the span is told.
    """
    found = shifts(roster, span)
    around = shifts(roster, Span(span.start - _BEFORE, span.end))
    return tuple(
        finding
        for some in (
            hole_findings(roster, span),
            double_bookings(roster, found, span),
            on_leave(roster.leave, found, span),
            unknown_people(found, people),
            unreachable(found, amiss or {}, span),
            strain(roster, around, span, bounds),
            unfair(roster, found, span, bounds),
            _unpublished(roster, span),
            unfit(roster.overrides, roster, people, within=span),
        )
        for finding in some
        if finding.span is None or finding.span.end > span.start
    )


def _unpublished(roster: Roster, span: Span) -> Iterable[Finding]:
    """Years whose holidays nobody has written down, so that no make-up workday is known."""
    days = local_days(span, ZoneInfo(roster.zone))
    for year in sorted({day.year for day in days} - set(roster.published_years)):
        yield Finding(FindingKind.UNPUBLISHED_YEAR, "", None, (), (("year", str(year)),))
