"""How a report is said to its reader: names for ids, local times, sentences for codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fangxun.core.attempt import AttemptState, Blame
from fangxun.core.errors import N_
from fangxun.core.report import AttemptRow
from fangxun.text import _
from fangxun.text.codes import OURS

BLAMED: Mapping[Blame, str] = {
    Blame.NUMBER: N_("The number cannot be used."),
    Blame.TEXT: N_("The text was refused."),
    Blame.GATEWAY: N_("The gateway refused us or was down."),
    Blame.BUDGET: N_("The number had its share of messages for the day."),
}
STATES: Mapping[AttemptState, str] = {
    AttemptState.QUEUED: N_("It has not left yet."),
    AttemptState.SENDING: N_("It is being sent."),
    AttemptState.IN_DOUBT: N_("The request left and no answer came: it may have arrived."),
    AttemptState.ACCEPTED: N_("The provider took it; no receipt came: not proven."),
    AttemptState.SENT: N_("Handed to the carrier; no receipt came: not proven."),
    AttemptState.UNDELIVERED: N_("The carrier says that it did not arrive."),
    AttemptState.FAILED: N_("It was refused, nobody says by whose fault."),
    AttemptState.WITHDRAWN: N_("Taken back before it left: it was not needed any more."),
}

JOINED = N_("Taken back before it left: what it said went into another text to the same number.")
"""What is taken back because it is not needed any more has no end of its own."""


@dataclass(frozen=True, slots=True)
class Reader:
    """`names` as in engine.view.Maps ("person/id" -> name); `zone` the duty room's. `reasons`: for
    each gateway its own codes and what they mean, English as in the catalogue."""

    names: Mapping[str, str]
    zone: str
    district: str = ""
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def name(self, kind: str, known: str) -> str:
        """Somebody or something as people call it; its id where it has no name any more."""
        return self.names.get(f"{kind}/{known}", known)

    def people(self, ids: tuple[str, ...]) -> str:
        """Several people."""
        return ", ".join(self.name("person", known) for known in ids)

    def local(self, at: datetime | None) -> datetime | None:
        """An instant on the duty room's wall clock, to the second."""
        return at.astimezone(ZoneInfo(self.zone)).replace(microsecond=0) if at else None

    def zone_at(self, at: datetime) -> str:
        """The zone and how far it is from UTC, such as "Asia/Shanghai (UTC+08:00)"."""
        away = f"{at.astimezone(ZoneInfo(self.zone)):%z}"
        return f"{self.zone} (UTC{away[:3]}:{away[3:]})"

    def reason(self, attempt: AttemptRow) -> str:
        """Why a message did not prove to arrive, in a sentence with its code; "" where it did."""
        if attempt.state is AttemptState.DELIVERED:
            return ""
        said = self.reasons.get(attempt.gateway, {}).get(attempt.code) or OURS.get(attempt.code)
        if said is None:
            said = BLAMED.get(attempt.blame) or STATES[attempt.state]
        if attempt.state is AttemptState.WITHDRAWN and attempt.settled_at is not None:
            said = JOINED
        short = attempt.code if len(attempt.code) <= _SHORT else ""
        return f"{_(said)} [{short}]" if short else _(said)


_SHORT = 20
"""A code; what is longer is a detail for the journal."""


def seconds(took: timedelta | None) -> int | None:
    """A time to confirm in whole seconds."""
    return None if took is None else round(took.total_seconds())
