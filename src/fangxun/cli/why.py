"""The grounds behind `fangxun who --why`: read from the roster itself, only where asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from fangxun import clock
from fangxun.cli import base
from fangxun.core.errors import N_
from fangxun.core.roster import Ground, Override, OverrideKind, Passed, Roster, Source, explain
from fangxun.engine.view import View
from fangxun.text import _

PASSED = {
    Passed.NOT_BEGUN: N_("it has not begun"),
    Passed.OTHER_SECTION: N_("it is for another part of the day"),
    Passed.OTHER_DAY_TYPE: N_("it is for days of another type"),
    Passed.OTHER_WEEKDAY: N_("it is for other weekdays"),
    Passed.OUT_OF_SEASON: N_("it is out of season"),
    Passed.TABLE_FIRST: N_("the duty table goes before"),
    Passed.REPLACES_NOBODY: N_("whom it replaces does not stand then"),
    Passed.SUCCEEDED: N_("another rotation goes before"),
}


class Grounds:
    """The roster in force, to be asked about several posts."""

    def __init__(self) -> None:
        """Read it once."""
        with base.store() as opened:
            self._seen: View = base.view(opened, now=clock.now())

    def of(self, post: str, at: datetime) -> Iterator[str]:
        """A line for each rule that could speak for the post, those that count first in each kind
        of rule, in the order of precedence."""
        for ground in explain(self._seen.roster, post, at):
            line = self._said(ground)
            if ground.passed is not None:
                why = _(PASSED[ground.passed])
                line = _("{rule}; does not count: {why}").format(rule=line, why=why)
            yield line

    def _said(self, ground: Ground) -> str:
        names = ", ".join(self._seen.person_name(who) for who in ground.people)
        rule = f"{_(ground.source.value)} {ground.detail}"
        if ground.source is Source.OVERRIDE:
            return self._edit(_made(self._seen.roster, ground), rule)
        if ground.turn:
            return _("{rule}, turn {number}: {people}").format(
                rule=rule, number=ground.turn, people=names
            )
        return f"{rule}: {names}" if names else rule

    def _edit(self, one: Override, rule: str) -> str:
        said = {
            OverrideKind.COVER: _("{person} instead of {other}"),
            OverrideKind.ADD: _("{person} in addition"),
            OverrideKind.REMOVE: _("{other} does not stand"),
        }[one.kind].format(
            person=self._seen.person_name(one.person or ""),
            other=self._seen.person_name(one.instead_of) if one.instead_of else _("whoever stands"),
        )
        return f"{rule}: {said} ({self._seen.person_name(one.actor)}: {one.reason})"


def _made(roster: Roster, ground: Ground) -> Override:
    return next(one for one in roster.overrides if str(one.id) == ground.detail)
