"""Whom an all-clear or a correction reached: what was queued for each, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fangxun.core.attempt import Attempt, AttemptState
from fangxun.core.journal import Entry, Event
from fangxun.core.report.attempts import TAKEN, AttemptRow, Moment, rows


class Reached(StrEnum):
    """What is known of one message to one person."""

    DELIVERED = "delivered"
    """The provider says that it arrived."""
    UNPROVEN = "unproven"
    """Taken, or in doubt: it may have arrived, and nobody says so."""
    WAITING = "waiting"
    """It has not left yet."""
    MISSED = "missed"
    """Refused, lost, taken back, or never queued: he did not get it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One person who was to be told. `why`: why nothing was queued for him ("no_number", ...), ""
    where something was. `sent`: the message, and those that stand for it (the copy of one in doubt,
    what another gateway took over), in their order."""

    person: str
    reached: Reached
    why: str
    sent: tuple[AttemptRow, ...]


_MAY_HAVE = TAKEN | {AttemptState.SENDING, AttemptState.IN_DOUBT}


class Ledger:
    """What was queued for whom, to be looked up once for each announcement, in their order."""

    def __init__(
        self,
        entries: Iterable[Entry],
        notices: Sequence[Attempt],
        told: Mapping[str, tuple[Moment, ...]],
    ) -> None:
        """`entries` are the journal's lines, `notices` the messages that were queued for no page,
        `told` the life of each."""
        self._sent = {row.id: row for row in rows(0, notices, told, {})}
        self._stands_for: dict[str, list[str]] = defaultdict(list)
        for attempt in notices:
            for earlier in filter(None, (attempt.copy_of, attempt.instead_of)):
                self._stands_for[earlier].append(attempt.id)
        self._queued: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
        for entry in entries:
            data = dict(entry.data)
            if entry.event is Event.NOTICE_QUEUED and "incident" in data:
                person = entry.subject.removeprefix("person/")
                key = (f"incident/{data['incident']}", str(data["kind"]), person)
                self._queued[key].append(entry)

    def of(self, subject: str, kind: str, people: Iterable[str]) -> tuple[Delivery, ...]:
        """What became of the next announcement of a kind about an incident, for each person."""
        return tuple(self._one((subject, kind, person)) for person in people)

    def _one(self, key: tuple[str, str, str]) -> Delivery:
        queued = self._queued[key]
        if not queued:
            return Delivery(key[-1], Reached.WAITING, "", ())
        entry = queued.pop(0)
        sent = tuple(self._line(str(dict(entry.data).get("attempt", ""))))
        if not sent:
            return Delivery(key[-1], Reached.MISSED, entry.reason, ())
        return Delivery(key[-1], _reached(sent), "", sent)

    def _line(self, first: str) -> Iterable[AttemptRow]:
        """A message, and whatever stands for it."""
        if first in self._sent:
            yield self._sent[first]
        for later in self._stands_for[first]:
            yield from self._line(later)


def _reached(sent: Sequence[AttemptRow]) -> Reached:
    states = {one.state for one in sent}
    if AttemptState.DELIVERED in states:
        return Reached.DELIVERED
    if states & _MAY_HAVE:
        return Reached.UNPROVEN
    return Reached.WAITING if AttemptState.QUEUED in states else Reached.MISSED
