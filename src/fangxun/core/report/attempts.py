"""The life of each message, as the provider and the journal tell it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fangxun.core.attempt import Attempt, AttemptState, Blame
from fangxun.core.journal import Entry, Event
from fangxun.core.plan import Channel
from fangxun.core.responsibility import mask


@dataclass(frozen=True, slots=True)
class Moment:
    """A state that an attempt came to. `at`: when we learned it (UTC); `provider_at`: when it was
    so by the provider's own word, None where it does not say."""

    state: AttemptState
    at: datetime
    provider_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One message as a report shows it. `stands_for` is the word of the ladder's contact ("person",
    "deputy", ...; "" where the journal does not say). `number` is masked. `bundled`: how many pages
    it tells of. `copy_of`: it is the possible duplicate of that attempt."""

    id: str
    contact: str
    stands_for: str
    channel: Channel
    number: str
    gateway: str
    state: AttemptState
    queued_at: datetime
    requested_at: datetime | None
    settled_at: datetime | None
    life: tuple[Moment, ...]
    provider_id: str
    code: str
    blame: Blame
    requests: int
    bundled: int
    copy_of: str
    kind: str
    """What kind of message: "page", "alarm", "all_clear", ..."""

    @property
    def delivered_at(self) -> datetime | None:
        """When it arrived: by the provider's own time where it says one, else by ours."""
        arrived = (m for m in self.life if m.state is AttemptState.DELIVERED)
        return next((m.provider_at or m.at for m in arrived), None)


LOST = frozenset({AttemptState.UNDELIVERED, AttemptState.FAILED})
TAKEN = frozenset({AttemptState.ACCEPTED, AttemptState.SENT, AttemptState.DELIVERED})
_SETTLED = frozenset({Event.ATTEMPT_SETTLED, Event.ATTEMPT_IN_DOUBT})
_STATES = frozenset(AttemptState)


def lives(entries: Iterable[Entry]) -> dict[str, tuple[Moment, ...]]:
    """What became of each attempt, by its id, in the order in which we learned it."""
    found: dict[str, list[Moment]] = defaultdict(list)
    for entry in entries:
        if entry.event in _SETTLED and entry.reason in _STATES:
            said = dict(entry.data).get("provider_at")
            told = datetime.fromisoformat(str(said)) if said else None
            attempt = entry.subject.removeprefix("attempt/")
            found[attempt].append(Moment(AttemptState(entry.reason), entry.at, told))
    return {attempt: tuple(moments) for attempt, moments in found.items()}


def roles(entries: Iterable[Entry]) -> dict[tuple[int, str], str]:
    """In whose stead each person was reached for each page: (page, person) -> the contact."""
    found: dict[tuple[int, str], str] = {}
    for entry in entries:
        if entry.event is Event.STEP_FIRED:
            page = int(entry.subject.removeprefix("page/"))
            found.setdefault((page, str(dict(entry.data).get("person"))), entry.reason)
    return found


def rows(
    page: int,
    sent: Sequence[Attempt],
    told: Mapping[str, tuple[Moment, ...]],
    stands_for: Mapping[tuple[int, str], str],
) -> tuple[AttemptRow, ...]:
    """The messages of one page, in the order in which they were queued."""
    return tuple(
        AttemptRow(
            id=item.id,
            contact=item.contact,
            stands_for=stands_for.get((page, item.contact), ""),
            channel=item.channel,
            number=mask(item.number) if item.number else "",
            gateway=item.gateway,
            state=item.state,
            queued_at=item.queued_at,
            requested_at=item.sent_at,
            settled_at=item.settled_at,
            life=told.get(item.id, ()),
            provider_id=item.provider_id,
            code=item.error_code,
            blame=item.blame,
            requests=item.tries,
            bundled=len(item.pages),
            copy_of=item.copy_of,
            kind=item.kind,
        )
        for item in sorted(sent, key=lambda one: (one.queued_at, one.id))
    )
