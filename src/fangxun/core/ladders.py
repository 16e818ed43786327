"""Which ladder a page climbs: the plan's for its level, or what its kind makes of the plan's alarm
ladder."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fangxun.core import reminder, spotcheck
from fangxun.core.alarm import AlarmKind, kind_of
from fangxun.core.page import Page, PageKind
from fangxun.core.plan import Channel, Contact, Ladder, Plan, Step

_OFFICERS = frozenset({Contact.DUTY_OFFICER, Contact.DEPUTY_OFFICER})
_LEADER = Step(Contact.LEADER, Channel.SMS, 1, timedelta(minutes=3))


def ladder_of(plan: Plan, page: Page) -> Ladder:
    """The ladder of a page as the plan stands; an edit of the plan is honoured at the next step."""
    if page.kind is PageKind.REMINDER:
        return reminder.ladder(page)
    if page.kind is PageKind.SPOT_CHECK:
        return spotcheck.ladder(plan)
    if page.kind is not PageKind.ALARM:
        return plan.ladder(page.level, page.hazard)
    if kind_of(page.cause) is AlarmKind.ROSTER_HOLE:
        return _leaders_own(plan.alarm)
    if kind_of(page.cause) is AlarmKind.NEXT_UNCONFIRMED:
        return _both_at_once(plan.alarm)
    return plan.alarm


def _leaders_own(ladder: Ladder) -> Ladder:
    """A hole in the roster is the leader's to fill: the ladder without the officers' phones, once.

    It stays on the terminal until somebody has confirmed it, and is told again only as the alarm of
    its own that it becomes when it is near.
    """
    steps = tuple(rung for rung in ladder.steps if not _wakes_officers(rung))
    if all(rung.contact is not Contact.LEADER for rung in steps):
        at_desk = [rung for rung in steps if rung.channel is Channel.CONSOLE]
        others = [rung for rung in steps if rung.channel is not Channel.CONSOLE]
        steps = (*at_desk, _LEADER, *others)
    return replace(ladder, steps=steps, repeat=None, most=0)


def _both_at_once(ladder: Ladder) -> Ladder:
    """Who is next has not confirmed: the officer in place stays until he comes, and the leader
    finds another, so that both are told at once; the last resort where neither answers, and then
    nobody any more: it is not to use up what a storm needs of their numbers."""
    officer = replace(_LEADER, contact=Contact.DUTY_OFFICER, wait=timedelta(0))
    at_desk = [rung for rung in ladder.steps if rung.channel is Channel.CONSOLE]
    last = [rung for rung in ladder.steps if rung.contact is Contact.LAST_RESORT]
    leader = replace(_LEADER, wait=timedelta(minutes=10))
    return Ladder((*at_desk, officer, leader, *last), repeat=None, most=0)


def _wakes_officers(rung: Step) -> bool:
    return rung.contact in _OFFICERS and rung.channel is not Channel.CONSOLE
