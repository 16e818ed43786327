"""What came of one page, as the office publishes it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from fangxun.core.attempt import Attempt, AttemptState, Blame
from fangxun.core.page import Closing, Page, PageState
from fangxun.core.report.attempts import LOST, TAKEN


class Outcome(StrEnum):
    """What came of a page. Every person confirms for himself: another's word is not his."""

    CONFIRMED = "confirmed"
    CONFIRMED_LATE = "confirmed_late"
    """After his ladder was exhausted, or after another had to stand in for him."""
    NOT_CONFIRMED = "not_confirmed"
    """Something may have reached him, and he never said so."""
    UNREACHABLE = "unreachable"
    """Nothing reached him: no number, no way, or every message to him was refused or lost."""
    ENDED = "ended"
    """Closed before its ladder was through (superseded, relieved, stood down)."""
    OPEN = "open"
    """The ladder is still climbing."""


class Because(StrEnum):
    """Why a page is not plainly confirmed."""

    LADDER_EXHAUSTED = "ladder_exhausted"
    COVERED = "covered"
    """Another has confirmed in his stead, knowing that he does not answer."""
    NO_NUMBER = "no_number"
    """He has no number that takes the channels of his ladder, or they failed for good before."""
    NO_CHANNEL = "no_channel"
    """No gateway served the channels of his ladder."""
    NUMBER_FAILED = "number_failed"
    """Every number of his that was tried failed for good."""
    TEXT_REFUSED = "text_refused"
    GATEWAY_FAILED = "gateway_failed"
    """The gateway refused us or was down until the message was worth nothing any more."""
    BUDGET = "budget"
    """His numbers had their share of messages for the day."""
    NEVER_LEFT = "never_left"
    """What was queued for him had not left when the page ended."""
    NOT_DELIVERED = "not_delivered"
    """Lost on the way, nobody says by whose fault."""


Why = Because | Closing | None

_BLAMED = {
    Blame.NUMBER: Because.NUMBER_FAILED,
    Blame.TEXT: Because.TEXT_REFUSED,
    Blame.GATEWAY: Because.GATEWAY_FAILED,
    Blame.BUDGET: Because.BUDGET,
    Blame.NONE: Because.NOT_DELIVERED,
}
_SKIPPED = {
    "no_number": Because.NO_NUMBER,
    "no_channel": Because.NO_CHANNEL,
    "exhausted": Because.BUDGET,
    "identical": Because.BUDGET,
}


def judge(
    item: Page, own: Sequence[Attempt], *, skipped: Sequence[str] = (), covered: bool = False
) -> tuple[Outcome, Why]:
    """What came of a page. `own` are the messages to the person himself, `skipped` the reasons for
    which steps to him were passed over, `covered` whether another had stood in before he spoke.

    1. He confirmed: late where the ladder was through or another stood in before.
    2. Closed with a reason, or still climbing: no outcome yet, or none that counts.
    3. Nothing was taken for him, and nothing may still be under way: unreachable, and why.
    4. The rest: not confirmed.
    """
    match item.state:
        case PageState.CONFIRMED:
            late = _late(item, covered=covered)
            return (Outcome.CONFIRMED_LATE, late) if late else (Outcome.CONFIRMED, None)
        case PageState.OPEN:
            return Outcome.OPEN, None
        case PageState.CLOSED if not item.was_unreached:
            return Outcome.ENDED, item.closing
    why = _unreachable(own, skipped)
    if why is not None:
        return Outcome.UNREACHABLE, why
    stood_in = item.state is PageState.COVERED
    return Outcome.NOT_CONFIRMED, Because.COVERED if stood_in else Because.LADDER_EXHAUSTED


def _late(item: Page, *, covered: bool) -> Because | None:
    if item.was_unreached:
        return Because.LADDER_EXHAUSTED
    return Because.COVERED if covered else None


_MAY_HAVE = TAKEN | {AttemptState.SENDING, AttemptState.IN_DOUBT}


def _unreachable(own: Sequence[Attempt], skipped: Sequence[str]) -> Because | None:
    """Why nothing can have reached him; None where something may have. A carrier's "undelivered"
    is final, "sent" and a send in doubt may have arrived."""
    if any(attempt.state in _MAY_HAVE for attempt in own):
        return None
    lost = [attempt for attempt in own if attempt.state in LOST]
    if lost:
        return _BLAMED[lost[-1].blame]
    if own:
        return Because.NEVER_LEFT
    return next((_SKIPPED[reason] for reason in skipped if reason in _SKIPPED), Because.NO_NUMBER)
