"""What Twilio's error codes mean: data in errors.csv, since Twilio splits and adds codes."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from importlib import resources

from fangxun.core.page import AttemptState, Blame
from fangxun.gateways.base import InDoubt, NotSent, Outcome, Refused, TooFast, masked


class Kind(StrEnum):
    """The three classes of a failure."""

    FINAL = "final"
    """The same again fails again."""
    TEMPORARY = "temporary"
    """Certainly not sent, or not delivered this time."""
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True, slots=True)
class Code:
    """One line of errors.csv. `sentence` says what happened and what to do, in English."""

    code: str
    kind: Kind
    blame: Blame
    sentence: str


Codes = Mapping[str, Code]

OURS = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
)
"""With these the provider refuses us, not the number."""

SENDERS_OWN = frozenset({"21611"})
"""Codes that one of our numbers has earned by its own haste, and not the account."""

STATES: Mapping[str, AttemptState] = {
    "accepted": AttemptState.ACCEPTED,
    "scheduled": AttemptState.ACCEPTED,
    "queued": AttemptState.ACCEPTED,
    "sending": AttemptState.ACCEPTED,
    "sent": AttemptState.SENT,
    "partially_delivered": AttemptState.SENT,
    "delivered": AttemptState.DELIVERED,
    "read": AttemptState.DELIVERED,
    "undelivered": AttemptState.UNDELIVERED,
    "failed": AttemptState.FAILED,
    "canceled": AttemptState.FAILED,
}
"""Twilio's message states as ours; an unknown one says nothing."""


def read_codes() -> Codes:
    """The table that comes with the program."""
    table = resources.files(__package__).joinpath("errors.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Code(row["code"], Kind(row["class"]), Blame(row["blame"]), row["sentence"])
        for row in csv.DictReader(table.splitlines())
    }


def who_is_too_fast(code: str) -> TooFast:
    """Who has to be slower where Twilio says so."""
    return TooFast.SENDER if code in SENDERS_OWN else TooFast.GATEWAY


def outcome(codes: Codes, status: int, code: str, words: str) -> Outcome:
    """What an error answer to a create request means.

    1. A server's own fault (5xx) is in doubt, whatever its code: the message may be under way.
    2. 429 and redirections were not taken; but a code that is final is, also with 429: 63038, the
       account's limit of a day, comes so. Tomorrow is too late, and another gateway is not.
    3. A known code says its class; else the status does: the rest of 4xx is final.
    """
    known = codes.get(code)
    detail = known.sentence if known else masked(words)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return InDoubt(f"{status} {code}")
    final = known is not None and known.kind is Kind.FINAL
    too_fast = status == HTTPStatus.TOO_MANY_REQUESTS and not final
    if too_fast or status < HTTPStatus.BAD_REQUEST:
        slow = who_is_too_fast(code) if status == HTTPStatus.TOO_MANY_REQUESTS else None
        return NotSent(code or str(status), detail, too_fast=slow)
    if known is None:
        blame = Blame.GATEWAY if status in OURS else Blame.NONE
        return Refused(code or str(status), detail, blame)
    match known.kind:
        case Kind.FINAL:
            return Refused(code, detail, known.blame)
        case Kind.TEMPORARY:
            return NotSent(code, detail, too_fast=TooFast.SENDER if code in SENDERS_OWN else None)
        case Kind.IN_DOUBT:
            return InDoubt(detail)
