"""(plan, page, watch, now) -> whom to reach next, by which channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from fangxun.core.alarm import AlarmKind, kind_of
from fangxun.core.exercise import TO_HIMSELF
from fangxun.core.page import Page, PageEvent, PageKind, step
from fangxun.core.plan import Channel, Contact, Ladder, Standing, Step
from fangxun.core.responsibility import Official, Person
from fangxun.core.roster import Role


def _everywhere(_channel: Channel, _number: str) -> bool:
    """No country is closed."""
    return True


@dataclass(frozen=True, slots=True)
class Contacts:
    """Whom the steps of one page can reach at this instant.

    `unit` is in charge of the page's place, `root_unit` of the district; `parents` holds the unit
    above each unit; `channels` are those that some gateway serves now.
    """

    people: Mapping[str, Person]
    officials: Sequence[Official]
    standing: Sequence[Standing]
    unit: str
    root_unit: str
    parents: Mapping[str, str | None]
    last_resort: str
    channels: frozenset[Channel]
    open_to: Callable[[Channel, str], bool] = _everywhere
    """Whether some gateway carries the channel to a number: calls to +86 are closed over Twilio."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be written: for which page, to whom, on which number, in whose stead."""

    page: int
    contact: str
    channel: Channel
    number: str
    stands_for: Contact
    kind: PageKind = PageKind.PAGE
    first: bool = True
    """Whether the page has not told this contact on this number before."""
    alone: bool = False
    """Somebody's own words, which a short word among others would not say."""
    untold: bool = False
    """Nothing that was sent can have reached the page's own person."""


class Skip(StrEnum):
    """Why a step was passed over at once."""

    NOBODY = "nobody"
    """No deputy is named, nobody stands on that post."""
    NO_NUMBER = "no_number"
    """No such number, or none that takes the channel, or it failed for good."""
    NO_CHANNEL = "no_channel"
    """No gateway serves the channel now."""
    COUNTRY_CLOSED = "country_closed"
    """No gateway that serves the channel carries it to the number's country."""
    HIMSELF = "himself"
    """The step would reach the same person again in another's stead."""
    TOLD_ALREADY = "told_already"
    """An earlier step of this round has reached the same person on the same number."""
    EXERCISE = "exercise"
    """An exercise or spot check reaches those who were chosen for it and nobody in their stead."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A step passed over, and why."""

    step: int
    contact: Contact
    reason: Skip


@dataclass(frozen=True, slots=True)
class Advance:
    """The page after its step, what is to be sent, and what was passed over. `edited`: its ladder
    was edited since its last step, and the edit counts from this step on."""

    page: Page
    drafts: tuple[Draft, ...]
    skipped: tuple[Skipped, ...]
    edited: bool = False


_ROLES = {
    Contact.DUTY_OFFICER: Role.DUTY_OFFICER,
    Contact.DEPUTY_OFFICER: Role.DEPUTY,
    Contact.LEADER: Role.LEADER,
}


def advance(page: Page, ladder: Ladder, contacts: Contacts, *, now: datetime) -> Advance:
    """Fire the next step of a page that is due; one that has ended or is not due stays as it is.

    1. In a ladder that was edited, find the rung that was fired last: what the edit put before it
       is not made up for, what it put after it counts.
    2. Take the step after it, all its rungs in parallel; pass over rungs that can reach nobody,
       each with its reason, and a step without any other at once, without waiting.
    3. Steps overdue after a late cycle are one step: the wait of the fired one begins now.
    4. After the last step's wait an alarm begins another round, soon while its rounds last and
       rarely after them, until a human has confirmed; a page is unreached.
    """
    if page.state.ended or page.next_due is None or page.next_due > now:
        return Advance(page, (), ())
    steps = steps_of(page, ladder)
    edited = page.step >= 0 and page.ladder not in {"", ladder.digest}
    begun = _place(page, steps) if edited else page.step
    skipped: list[Skipped] = []
    for rungs in _parallel(steps, begun + 1):
        drafts = []
        for index in rungs:
            found = _reach_once(page, steps, index, contacts)
            if isinstance(found, Skip):
                skipped.append(Skipped(index, steps[index].contact, found))
            else:
                again = page.round > 0 or _which(steps, index) > 1
                drafts.append(replace(found, first=not again))
        if drafts:
            fired = _fired(page, ladder, steps, rungs[-1], now)
            return Advance(fired, tuple(drafts), tuple(skipped), edited)
    return Advance(_exhausted(page, ladder, now), (), tuple(skipped), edited)


def _fired(page: Page, ladder: Ladder, steps: Sequence[Step], last: int, now: datetime) -> Page:
    return replace(
        page,
        step=last,
        next_due=now + steps[last].wait,
        ladder=ladder.digest,
        rung=f"{steps[last].name}#{_which(steps, last)}",
    )


def _which(steps: Sequence[Step], index: int) -> int:
    """Which rung of its name a rung is: repeats have the same."""
    return sum(rung.name == steps[index].name for rung in steps[: index + 1])


def _place(page: Page, steps: Sequence[Step]) -> int:
    """Where the rung fired last stands in a ladder that was edited; where it was taken out, the
    number of its step counts."""
    names = [f"{rung.name}#{_which(steps, index)}" for index, rung in enumerate(steps)]
    return names.index(page.rung) if page.rung in names else page.step


def _parallel(steps: Sequence[Step], begin: int) -> Iterator[range]:
    """The steps from a rung on, each with the rungs that fire together: all up to a wait."""
    start = begin
    for index in range(begin, len(steps)):
        if steps[index].wait or index + 1 == len(steps):
            yield range(start, index + 1)
            start = index + 1


LAST_RESORT = Step(Contact.LAST_RESORT, Channel.SMS, 1, timedelta(minutes=3))
"""What ends an alarm's ladder that forgot it."""


def steps_of(page: Page, ladder: Ladder) -> tuple[Step, ...]:
    """The ladder's steps; an alarm's always end with, or hold, the last resort."""
    forgotten = all(rung.contact is not Contact.LAST_RESORT for rung in ladder.steps)
    return (
        (*ladder.steps, LAST_RESORT) if page.kind is PageKind.ALARM and forgotten else ladder.steps
    )


def _reach_once(page: Page, steps: Sequence[Step], index: int, contacts: Contacts) -> Draft | Skip:
    """As `reach`, but a person told on a number as one contact is not told there as another.

    A step that repeats an earlier one word for word is meant to repeat it.
    """
    found = reach(page, steps[index], contacts, steps)
    if isinstance(found, Skip) or found.channel is Channel.CONSOLE:
        return found
    for earlier in steps[:index]:
        same_rung = (earlier.contact, earlier.number) == (steps[index].contact, steps[index].number)
        told = reach(page, earlier, contacts, steps)
        if not same_rung and not isinstance(told, Skip) and _same_phone(told, found):
            return Skip.TOLD_ALREADY
    return found


def _same_phone(one: Draft, other: Draft) -> bool:
    return (one.contact, one.number, one.channel) == (other.contact, other.number, other.channel)


def _exhausted(page: Page, ladder: Ladder, now: datetime) -> Page:
    if page.kind is not PageKind.ALARM:
        return step(page, PageEvent.LADDER_EXHAUSTED, now=now)
    again = replace(page, step=-1, round=page.round + 1)
    if not ladder.most:
        return replace(again, next_due=None)
    if ladder.repeat is not None and again.round < ladder.most:
        return replace(again, next_due=now + ladder.repeat)
    return replace(again, next_due=_next_hour(now))


def is_rare(page: Page, ladder: Ladder) -> bool:
    """Whether an alarm's rounds are over, so that it is told once in an hour only."""
    return page.kind is PageKind.ALARM and page.round >= (ladder.most if ladder.repeat else 1)


def _next_hour(now: datetime) -> datetime:
    """The next full hour: all that nobody has confirmed is due together, and so is one text."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def reach(page: Page, rung: Step, contacts: Contacts, steps: Sequence[Step] = ()) -> Draft | Skip:
    """The message of one step of `steps`, or why it reaches nobody."""
    person = _contact(page, rung.contact, contacts)
    not_meant = _not_meant(page, rung, person)
    if person is None or not_meant is not None:
        return not_meant or Skip.NOBODY
    if rung.channel not in contacts.channels:
        return Skip.NO_CHANNEL
    number = "" if rung.channel is Channel.CONSOLE else _number(person, rung, steps)
    if number is None:
        return Skip.NO_NUMBER
    if not contacts.open_to(rung.channel, number):
        return Skip.COUNTRY_CLOSED
    return Draft(
        page.id,
        person.id,
        rung.channel,
        number,
        rung.contact,
        page.kind,
        alone=page.by_hand or page.kind is PageKind.REMINDER,
    )


def _not_meant(page: Page, rung: Step, person: Person | None) -> Skip | None:
    """Why a step is not for whom it would reach; None where it is."""
    himself = rung.contact is Contact.PERSON
    if page.kind in TO_HIMSELF and not himself:
        return Skip.EXERCISE
    return Skip.HIMSELF if person and not himself and person.id == page.person else None


def _number(person: Person, rung: Step, steps: Sequence[Step]) -> str | None:
    """His n-th number that takes the channel; where that has failed for good, the first one that
    no other step tries."""
    voice = rung.channel is Channel.VOICE
    able = [phone for phone in person.phones if (phone.voice if voice else phone.sms)]
    if rung.number > len(able):
        return None
    tried = {
        step.number
        for step in steps
        if (step.contact, step.channel) == (rung.contact, rung.channel)
    }
    spare = [phone for nth, phone in enumerate(able, start=1) if nth not in tried]
    choice = [able[rung.number - 1], *spare]
    dead = {phone.number for phone in able if (phone.invalid_voice if voice else phone.invalid)}
    return next((phone.number for phone in choice if phone.number not in dead), None)


def _contact(page: Page, contact: Contact, contacts: Contacts) -> Person | None:
    match contact:
        case Contact.PERSON:
            found = page.person
        case Contact.LAST_RESORT:
            found = contacts.last_resort
        case Contact.DEPUTY:
            found = next(
                (
                    official.deputy
                    for official in contacts.officials
                    if official.place == page.place and official.person == page.person
                ),
                None,
            ) or next((o.deputy for o in contacts.officials if o.person == page.person), None)
        case Contact.SUPERIOR:
            found = _above(page, contacts)
        case _:
            found = _on_watch(page, _ROLES[contact], contacts)
    return contacts.people.get(found) if found is not None else None


def _on_watch(page: Page, role: Role, contacts: Contacts) -> str | None:
    """Who stands in that role nearest to the page's person, and is not he himself.

    An alarm is the district's, but for one about a unit's own watch. Else: his own unit and those
    above it (the leader who can order him to go), then the unit in charge of the place, and the
    district's last; for the district's own people the district's comes first.
    """
    units = [contacts.root_unit]
    own = _own_units(page, contacts)
    if page.kind is PageKind.ALARM and kind_of(page.cause) is AlarmKind.NEXT_UNCONFIRMED:
        units = [contacts.unit, contacts.root_unit]
    if page.kind is not PageKind.ALARM and own:
        units = [*own, contacts.unit, contacts.root_unit]
    standing = [
        entry.person
        for unit in units
        for entry in contacts.standing
        if entry.unit == unit and entry.role is role
    ]
    others = [person for person in standing if person != page.person]
    return next(iter(others or standing), None)


def _above(page: Page, contacts: Contacts) -> str | None:
    """The leader on watch of the nearest unit above the person's own that has one."""
    units = [*_own_units(page, contacts)[1:], contacts.root_unit]
    leaders = [
        entry.person
        for unit in units
        for entry in contacts.standing
        if entry.unit == unit and entry.role is Role.LEADER and entry.person != page.person
    ]
    return next(iter(leaders), None)


def _own_units(page: Page, contacts: Contacts) -> list[str]:
    """The unit of the page's person and those above it without the district's own; the place's for
    a person whom nobody knows any more."""
    person = contacts.people.get(page.person or "")
    units: list[str] = []
    here = person.unit if person is not None else contacts.unit
    while here and here not in units and here != contacts.root_unit:
        units.append(here)
        here = contacts.parents.get(here) or ""
    return units
