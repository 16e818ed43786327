"""De-duplicate, bundle, budget, prioritise what the ladders want to send."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from fangxun.core.escalation import Draft
from fangxun.core.exercise import TO_HIMSELF
from fangxun.core.level import Level
from fangxun.core.page import Attempt, Page, PageKind
from fangxun.core.plan import Channel, Contact, Group, Plan

_GROUPS = tuple(Group)
_REACHED = 10**10
"""The last digits of a priority: the second since 1970 in which its person was last reached."""
NOTICE_PRIORITY = 9000 * _REACHED
"""Behind every page and alarm."""
EXERCISE_PRIORITY = 9500 * _REACHED
"""Behind everything that is real."""


MOST_IN_ONE = 6
"""Pages in one message: more codes than these neither fit two segments nor are read."""


def bundle(drafts: Iterable[Draft]) -> tuple[tuple[Draft, ...], ...]:
    """Drafts of one cycle to the same number by the same channel in the same role become one
    message (pages several, of at most six each), in the order of their first draft; pages and
    alarms stay apart; the same page twice is once. Alarms, however many, are one message (it is
    when everything fails that the watch must not be drowned), but what is new about them is not
    hidden among what is repeated. A page in somebody's own words is told alone."""
    bundles: dict[tuple[object, ...], dict[int, Draft]] = {}
    for draft in drafts:
        apart = draft.page if draft.alone else draft.first or draft.kind is PageKind.PAGE
        key = (draft.contact, draft.number, draft.channel, draft.stands_for, draft.kind, apart)
        bundles.setdefault(key, {}).setdefault(draft.page, draft)
    return tuple(
        part for full in map(tuple, map(dict.values, bundles.values())) for part in _parts(full)
    )


def _parts(full: tuple[Draft, ...]) -> Iterable[tuple[Draft, ...]]:
    if full[0].kind is PageKind.ALARM:
        return (full,)
    return (full[start : start + MOST_IN_ONE] for start in range(0, len(full), MOST_IN_ONE))


def joined(waiting: Iterable[Iterable[int]], pages: Iterable[int]) -> tuple[int, ...]:
    """Which of the texts that wait for the same number, each with its pages, go into one with a new
    one of these pages: in their order, as many as one text holds."""
    together, found = set(pages), []
    for index, theirs in enumerate(map(set, waiting)):
        if len(together | theirs) <= MOST_IN_ONE:
            together |= theirs
            found.append(index)
    return tuple(found)


def priority(
    page: Page,
    *,
    first: bool,
    order: Sequence[Group] = _GROUPS,
    reached: datetime | None = None,
) -> int:
    """Lower goes first: red before blue, a first message before repeats, then groups in `order`
    (the plan's for the level), then who was `reached` longest ago, or not at all; an alarm goes
    with red, an exercise or spot check behind everything."""
    last = int(reached.timestamp()) if reached is not None else 0
    repeat = 0 if first else 50 * _REACHED
    if page.kind is PageKind.REMINDER:
        return NOTICE_PRIORITY + repeat + last
    if page.kind in TO_HIMSELF:
        return EXERCISE_PRIORITY + repeat + last
    level = Level.RED if page.kind is PageKind.ALARM else page.level
    return in_line(level, page.group, order) * _REACHED + repeat + last


def in_line(level: Level, group: Group | None, order: Sequence[Group] = _GROUPS) -> int:
    """Where a first message stands: by its level, then by its group; lower goes first."""
    place = 0
    if group is not None:
        place = order.index(group) if group in order else len(order)
    return (4 - level.rank) * 100 + place


class Budgeted(StrEnum):
    """Whether a message fits a number's budget of 24 hours."""

    OK = "ok"
    EXHAUSTED = "exhausted"
    IDENTICAL = "identical"
    """The same text went to the number twice already; providers reject the third."""
    NO_TEMPLATE = "no_template"
    """Every gateway there is takes registered templates only, and has none that says it."""


STORM = frozenset({"page", "alarm", "all_clear", "correction"})


class Share(StrEnum):
    """How much of a number's budget a message may use up, counting all that went before it."""

    FIRST = "first"
    """All of it: a red page's first message to its person, the first of an alarm, an all-clear."""
    RARE = "rare"
    """Half of the reserve stays: an alarm whose rounds are over, once in an hour."""
    REPEAT = "repeat"
    """The whole reserve stays: everything else of pages and alarms."""


def share_of(draft: Draft, page: Page, *, known: bool, rare: bool) -> Share:
    """The share that one draft of a message may use.

    `known`: the number has been told of another alarm of this kind within the last hour, so that
    this one is a repeat to it: a storm has one alarm for each who sleeps, and they must not leave
    the rest of the alarms without a text. `rare`: the alarm's rounds are over. Exercises, spot
    checks and reminders leave the reserve to the storm.
    """
    if page.kind in TO_HIMSELF:
        return Share.REPEAT
    if page.kind is PageKind.ALARM:
        if rare:
            return Share.RARE
        return Share.FIRST if draft.first and not known else Share.REPEAT
    himself = draft.stands_for is Contact.PERSON
    return Share.FIRST if draft.first and himself and page.level is Level.RED else Share.REPEAT


def highest(shares: Iterable[Share]) -> Share:
    """The share of a message that bundles several."""
    return min(shares, key=tuple(Share).index, default=Share.REPEAT)


def within_budget(
    attempt: Attempt,
    sent: Sequence[tuple[str, str]],
    plan: Plan,
    *,
    share: Share = Share.FIRST,
) -> Budgeted:
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
    reserve = min(plan.reserve, plan.budget_24h // 2)
    kept = {Share.FIRST: 0, Share.RARE: reserve // 2, Share.REPEAT: reserve}[share]
    if len(sent) >= plan.budget_24h - kept:
        return Budgeted.EXHAUSTED
    if attempt.kind not in STORM and notices >= plan.notice_share:
        return Budgeted.EXHAUSTED
    return Budgeted.OK
