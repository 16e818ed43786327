"""De-duplicate, bundle, budget, prioritise what the ladders want to send."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from fangxun.core.escalation import Draft
from fangxun.core.page import Attempt, Page, PageKind
from fangxun.core.plan import Channel, Group, Plan

_GROUPS = tuple(Group)
NOTICE_PRIORITY = 9000
"""Behind every page and alarm."""
EXERCISE_PRIORITY = 9500
"""Behind everything that is real."""


MOST_IN_ONE = 6
"""Pages in one message: more codes than these neither fit two segments nor are read."""


def bundle(drafts: Iterable[Draft]) -> tuple[tuple[Draft, ...], ...]:
    """Drafts of one cycle to the same number by the same channel in the same role become one
    message (or several of at most six), in the order of their first draft; pages and alarms stay
    apart; the same page twice is once."""
    bundles: dict[tuple[object, ...], dict[int, Draft]] = {}
    for draft in drafts:
        key = (draft.contact, draft.number, draft.channel, draft.stands_for, draft.kind)
        bundles.setdefault(key, {}).setdefault(draft.page, draft)
    return tuple(
        full[start : start + MOST_IN_ONE]
        for full in map(tuple, map(dict.values, bundles.values()))
        for start in range(0, len(full), MOST_IN_ONE)
    )


def priority(page: Page, *, first: bool, order: Sequence[Group] = _GROUPS) -> int:
    """Lower goes first: red before blue, a first message before repeats, then groups in `order`
    (the plan's for the level); an alarm goes with red, an exercise behind everything."""
    if page.kind is PageKind.EXERCISE:
        return EXERCISE_PRIORITY + (0 if first else 50)
    level = 4 if page.kind is PageKind.ALARM else page.level.rank
    group = 0
    if page.group is not None:
        group = order.index(page.group) if page.group in order else len(order)
    return (4 - level) * 100 + (0 if first else 50) + group


class Budgeted(StrEnum):
    """Whether a message fits a number's budget of 24 hours."""

    OK = "ok"
    EXHAUSTED = "exhausted"
    IDENTICAL = "identical"
    """The same text went to the number twice already; providers reject the third."""


STORM = frozenset({"page", "alarm", "all_clear", "correction"})


def within_budget(attempt: Attempt, sent: Sequence[tuple[str, str]], plan: Plan) -> Budgeted:
    """`sent` are (kind, text) of what went to the number in 24 hours.

    Pages, alarms, all-clears and corrections may use the whole budget; notices and exercises only
    their own share of it, so that the storm's is never eaten by them. The budget is one of SMS: a
    call that is repeated says the same again, and must.
    """
    if attempt.channel is not Channel.SMS:
        return Budgeted.OK
    if sum(text == attempt.text for _kind, text in sent) >= 2:  # noqa: PLR2004  Twilio rejects 3
        return Budgeted.IDENTICAL
    notices = sum(kind not in STORM for kind, _text in sent)
    if len(sent) >= plan.budget_24h:
        return Budgeted.EXHAUSTED
    if attempt.kind not in STORM and notices >= plan.notice_share:
        return Budgeted.EXHAUSTED
    return Budgeted.OK
