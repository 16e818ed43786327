"""What a drill must have come to: the storm's own expectations, and what holds for every storm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fangxun.core import journal
from fangxun.core.errors import N_
from fangxun.core.incident import IncidentState
from fangxun.core.journal import Event
from fangxun.core.page import AttemptState, Page, PageKind, PageState
from fangxun.drill import phones
from fangxun.drill.run import Outcome
from fangxun.drill.storms import Expected
from fangxun.drill.violation import Violation, violation


def check(outcome: Outcome, expected: Expected, key: bytes) -> tuple[Violation, ...]:
    """Everything that is wrong; empty where the drill is good."""
    return (
        *as_expected(outcome, expected),
        *everybody_reached(outcome),
        *nobody_paged_twice(outcome),
        *nothing_lost(outcome),
        *journal_whole(outcome, key),
        *phones.right_words(outcome),
        *phones.hand_overs(outcome),
        *phones.heads_left(outcome),
    )


def raises(outcome: Outcome) -> list[tuple[str, str]]:
    """(place, level) of every raise, in order."""
    return [
        (str(data["place"]), str(data["level"]))
        for line in outcome.lines
        if line.entry.event is Event.RAISED
        for data in (dict(line.entry.data),)
        if data["level"] != data["previous"]
    ]


def as_expected(outcome: Outcome, expected: Expected) -> Iterator[Violation]:
    """The storm's own declaration."""
    wanted = [(place, level.value) for place, level in expected.raises]
    found = raises(outcome)
    if found != wanted:
        yield violation(N_("raises: expected {wanted}, found {found}"), wanted=wanted, found=found)
    pages = sum(page.kind is PageKind.PAGE for page in outcome.pages)
    if pages != expected.pages:
        yield violation(
            N_("pages: expected {wanted}, found {found}"), wanted=expected.pages, found=pages
        )
    unreached = {p.person for p in outcome.pages if p.was_unreached and p.kind is PageKind.PAGE}
    if unreached != set(expected.unreached):
        yield violation(
            N_("unreached: expected {wanted}, found {found}"),
            wanted=sorted(expected.unreached),
            found=sorted(person or "" for person in unreached),
        )
    closed = [item.state is IncidentState.CLOSED for item in outcome.incidents]
    if expected.reaches_all_clear != (bool(closed) and all(closed)):
        yield violation(
            N_("the all-clear was expected to be {wanted}"), wanted=expected.reaches_all_clear
        )


_ANSWERED = frozenset({PageState.CONFIRMED, PageState.COVERED})


def everybody_reached(outcome: Outcome) -> Iterator[Violation]:
    """Each page was confirmed or covered, or closed with a reason, or a human confirmed an
    alarm about it; and no alarm is left that nobody confirmed."""
    known = {
        page.cause: page
        for page in outcome.pages
        if page.kind is PageKind.ALARM and page.state is PageState.CONFIRMED
    }
    for page in outcome.pages:
        if page.state in _ANSWERED or page.closing is not None:
            continue
        if page.kind is PageKind.PAGE and f"unreached:{page.id}" in known:
            continue
        yield violation(
            N_("page {page} ({key}) is {state} at the end, and no human knows"),
            page=page.id, key=page.key, state=page.state.value,
        )  # fmt: skip
    told = {page_id for attempt in outcome.attempts for page_id in attempt.pages}
    for page in outcome.pages:
        if page.id not in told and page.closing is None and not _without_words(page):
            yield violation(
                N_("page {page} ({key}) was never told to anybody"), page=page.id, key=page.key
            )


def _without_words(page: Page) -> bool:
    """An unreached page whose person has no number is told by its alarm alone."""
    return page.state is PageState.UNREACHED or page.was_unreached


def nobody_paged_twice(outcome: Outcome) -> Iterator[Violation]:
    """A key of (incident, raise, place, person) has one page, and a step of it one message."""
    for key, count in Counter(page.key for page in outcome.pages).items():
        if count > 1:
            yield violation(N_("{key} was paged {count} times"), key=key, count=count)
    copies = Counter(a.copy_of for a in outcome.attempts if a.copy_of and not a.instead_of)
    for original, count in copies.items():
        if count > 1:
            yield violation(
                N_("attempt {attempt} has {count} copies"), attempt=original, count=count
            )
    same: Counter[tuple[int, str, str, str]] = Counter()
    for attempt in outcome.attempts:
        again = attempt.copy_of or attempt.instead_of
        if not again and attempt.state is not AttemptState.WITHDRAWN:
            for page_id in attempt.pages:
                same[(page_id, attempt.contact, attempt.number, attempt.text)] += 1
    for (page_id, contact, _number, _text), count in same.items():
        if count > 1:
            yield violation(
                N_("page {page} sent {person} the same text {count} times"),
                page=page_id, person=contact, count=count,
            )  # fmt: skip


_UNFINISHED = frozenset({AttemptState.QUEUED, AttemptState.SENDING, AttemptState.IN_DOUBT})


def nothing_lost(outcome: Outcome) -> Iterator[Violation]:
    """Every message has an end, every page its opening in the journal, every step its message."""
    for attempt in outcome.attempts:
        if attempt.state in _UNFINISHED:
            yield violation(
                N_("attempt {attempt} is still {state}"),
                attempt=attempt.id,
                state=attempt.state.value,
            )
    opened = {
        line.entry.subject
        for line in outcome.lines
        if line.entry.event in {Event.PAGE_OPENED, Event.ALARM_OPENED}
    }
    for page in outcome.pages:
        if f"page/{page.id}" not in opened:
            yield violation(N_("page {page} is not in the journal"), page=page.id)
    ended = {
        line.entry.subject
        for line in outcome.lines
        if line.entry.event
        in {
            Event.PAGE_CONFIRMED, Event.PAGE_COVERED, Event.PAGE_CLOSED, Event.PAGE_UNREACHED,
            Event.ALARM_CONFIRMED, Event.ALARM_ENDED, Event.ARRIVED,
        }
    }  # fmt: skip
    for page in outcome.pages:
        if page.state.ended and f"page/{page.id}" not in ended:
            yield violation(
                N_("page {page} ended as {state} without a line in the journal"),
                page=page.id, state=page.state.value,
            )  # fmt: skip
    yield from _steps_sent(outcome)


def _steps_sent(outcome: Outcome) -> Iterator[Violation]:
    """Each step that the journal says was fired has its message to that person."""
    sent = Counter(
        (page_id, attempt.contact) for attempt in outcome.attempts for page_id in attempt.pages
    )
    said: Counter[tuple[int, str]] = Counter()
    for line in outcome.lines:
        entry = line.entry
        if entry.event is Event.STEP_FIRED:
            data = dict(entry.data)
            if data["channel"] != "console":
                said[(int(entry.subject.partition("/")[2]), str(data["person"]))] += 1
    for (page_id, person), count in said.items():
        if sent[(page_id, person)] < count:
            yield violation(
                N_("page {page}: {count} steps to {person}, and {found} messages"),
                page=page_id, person=person, count=count, found=sent[(page_id, person)],
            )  # fmt: skip


def journal_whole(outcome: Outcome, key: bytes) -> Iterator[Violation]:
    """The chain holds from its first line to its last."""
    for item in journal.verify(key, outcome.lines):
        yield violation(
            N_("the journal is {tamper} at line {seq}"), tamper=item.tamper.value, seq=item.seq
        )
