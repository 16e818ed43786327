"""Questions to Twilio: what became of a send, and what came in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from fangxun.core.page import AttemptState, Blame
from fangxun.core.plan import Channel
from fangxun.gateways.base import Accepted, Inbound, Order, Receipt, Unanswered
from fangxun.gateways.twilio import calls
from fangxun.gateways.twilio.account import TwilioSettings
from fangxun.gateways.twilio.codes import STATES, Codes

log = logging.getLogger(__name__)
T = TypeVar("T")

CLOCKS_APART = timedelta(seconds=30)
"""How far our clock and Twilio's whole seconds may differ. Shorter than any rung of a ladder, so
that the same text sent before is not taken for the one in doubt."""
LOOK_BACK = 50
"""Messages to one number that are looked through for one in doubt; the budget is 30 a day."""
SINGLY = 5
"""Up to so many states are fetched one by one; more by listing."""
LARGEST_PAGE = 1000
UNKNOWN = "404"
CALL = "CA"
"""How the ids of calls begin."""


class Lookups:
    """Asks by the SDK's `account`; a question without an answer is no fault."""

    def __init__(self, account: Any, settings: TwilioSettings, codes: Codes) -> None:  # noqa: ANN401  the SDK has no types
        """Makes no request."""
        self._account = account
        self._numbers = settings.reply_numbers
        self._keys = bool(settings.public_base_url)
        self._name = settings.name
        self._codes = codes

    def ask(self, order: Order, *, since: datetime) -> Accepted | Unanswered | None:
        """Look for a send in doubt: to that number, with that text, not before it was made.

        1. By the GMT day, which is what Twilio's filter is precise to.
        2. What has not left yet has no day: the newest to that number.
        A call is found by number and time alone: Twilio does not tell what was said in it.
        """
        earliest = since.astimezone(UTC) - CLOCKS_APART
        if order.channel is Channel.VOICE:
            return self._ask_call(order, earliest, since)
        by_day = {"date_sent_after": _day(earliest), "limit": LARGEST_PAGE}
        for query in (by_day, {"limit": LOOK_BACK}):
            listed = self._list(to=order.number, **query)
            if isinstance(listed, Unanswered):
                return listed
            same = [m for m in listed if _same(m, order, earliest)]
            if same:
                nearest = min(same, key=lambda m: abs((m.date_created or since) - since))
                state = STATES.get(nearest.status, AttemptState.ACCEPTED)
                return Accepted(nearest.sid, state, nearest.date_created)
        return None

    def _ask_call(
        self, order: Order, earliest: datetime, since: datetime
    ) -> Accepted | Unanswered | None:
        listed = self._read(
            lambda: list(self._account.calls.list(to=order.number, limit=LOOK_BACK))
        )
        if isinstance(listed, Unanswered):
            return listed
        same = [
            c
            for c in listed
            if not str(c.direction).startswith("inbound")
            and (c.date_created is None or c.date_created >= earliest)
        ]
        nearest = min(same, key=lambda c: abs((c.date_created or since) - since), default=None)
        return Accepted(nearest.sid, AttemptState.ACCEPTED) if nearest is not None else None

    def fetch(self, provider_ids: Sequence[str]) -> tuple[Receipt, ...] | Unanswered:
        """The present states: of a few one by one, of many by listing the newest."""
        called = [sid for sid in provider_ids if sid.startswith(CALL)]
        texts = self._fetch(
            self._account.messages, [sid for sid in provider_ids if sid not in set(called)]
        )
        if isinstance(texts, Unanswered) or not called:
            return texts
        spoken = self._fetch(self._account.calls, called)
        return texts or spoken if isinstance(spoken, Unanswered) else (*texts, *spoken)

    def _fetch(
        self,
        resource: Any,  # noqa: ANN401  the SDK has no types
        sids: Sequence[str],
    ) -> tuple[Receipt, ...] | Unanswered:
        wanted = set(sids)
        found: dict[str, Any] = {}
        if len(wanted) > SINGLY:
            limit = min(5 * LARGEST_PAGE, max(LARGEST_PAGE, 2 * len(wanted)))
            listed = self._read(lambda: list(resource.list(limit=limit, page_size=LARGEST_PAGE)))
            if isinstance(listed, Unanswered):
                return listed
            found = {m.sid: m for m in listed if m.sid in wanted}
        for sid in [one for one in sids if one not in found][:SINGLY]:
            one = self._read(resource(sid).fetch)
            if not isinstance(one, Unanswered):
                found[sid] = one
            elif one.detail != UNKNOWN:
                return self._receipts(found) or one
        return self._receipts(found)

    def _receipts(self, found: Mapping[str, Any]) -> tuple[Receipt, ...]:
        return tuple(r for m in found.values() if (r := self._receipt(m)) is not None)

    def inbound(self, *, since: datetime) -> tuple[Inbound, ...] | Unanswered:
        """Texts that came in since, for where no callback can reach us."""
        earliest = since - CLOCKS_APART
        query: dict[str, object] = {"date_sent_after": _day(earliest), "limit": LARGEST_PAGE}
        queries = [{**query, "to": number} for number in self._numbers] or [query]
        found: list[Inbound] = []
        for one in queries:
            listed = self._list(**one)
            if isinstance(listed, Unanswered):
                return listed
            for m in listed:
                at = m.date_sent or m.date_created
                if m.direction == "inbound" and (at is None or at >= earliest):
                    found.append(Inbound(m.sid, m.from_ or "", m.body or "", at))
        return tuple(found)

    def _list(self, **query: object) -> list[Any] | Unanswered:
        return self._read(lambda: list(self._account.messages.list(**query)))

    def _read(self, question: Callable[[], T]) -> T | Unanswered:
        """The answer to a question, or why there is none; never a fault of its own."""
        try:
            return question()
        except Exception as error:  # noqa: BLE001  the SDK's errors share no base with requests'
            why = str(getattr(error, "status", "") or type(error).__name__)
            log.warning("%s did not answer (%s)", self._name, why, extra={"action": "not_answered"})
            return Unanswered(why)

    def _receipt(self, message: Any) -> Receipt | None:  # noqa: ANN401  the SDK has no types
        if message.sid.startswith(CALL):
            status = message.status or ""
            return calls.receipt("", message.sid, status, codes=self._codes, keys=self._keys)
        state = STATES.get(message.status or "")
        if state is None:
            return None
        code = str(message.error_code or "")
        blame = self._codes[code].blame if code in self._codes else Blame.NONE
        return Receipt("", message.sid, state, code, blame, message.date_updated)


def _day(at: datetime) -> str:
    """The GMT day. A string: the SDK would drop the offset of an aware datetime."""
    return at.astimezone(UTC).date().isoformat()


def _same(message: Any, order: Order, earliest: datetime) -> bool:  # noqa: ANN401  no types
    """A trial account puts words of Twilio's before the text, so the end counts. Of a registered
    template we do not know the words, but what we gave it stands in them."""
    body = (message.body or "").strip()
    if order.template is None:
        same = body.endswith(order.text.strip())
    else:
        same = all(value.strip() in body for _name, value in order.template.params)
    return (
        message.direction != "inbound"
        and same
        and (message.date_created is None or message.date_created >= earliest)
    )
