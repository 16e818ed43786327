"""What must hold after every storm, whatever befell it; each sentence of the house, once.

The witnesses are independent of the engine: what the provider took, what people said, which states
the database itself saw change, and the story.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime

from fangxun.core import journal, report
from fangxun.core.incident import IncidentState
from fangxun.core.journal import Event
from fangxun.core.page import (
    RANKS,
    TRANSITIONS,
    Attempt,
    AttemptState,
    PageKind,
    PageState,
)
from fangxun.core.plan import Channel
from tests.simulation.exchange import came_to, words_of
from tests.simulation.ladders import (
    ladders_keep_time,
    reopenings,
    skips_are_true,
    steps_are_sent,
    steps_come_in_turn,
)
from tests.simulation.left import Left, left_by
from tests.simulation.levels import (
    all_clear_goes_to_whom_was_paged,
    missing_data_lower_nothing,
    raises_happen,
    rates_hold,
    silence_is_told,
)
from tests.simulation.run import World
from tests.simulation.story import Kind


def comes_to_rest(left: Left) -> Iterator[str]:
    """Left in peace, it ends: nothing open, nothing on its way, nothing unread."""
    if not left.world.rests():
        open_pages = [p.key for p in left.pages.values() if p.state is PageState.OPEN]
        waiting = Counter(
            a.state.value for a in left.attempts.values() if RANKS[a.state] < RANKS[_ACCEPTED]
        )
        yield f"does not come to rest: open {open_pages[:5]}, attempts {dict(waiting)}"
    copied = {attempt.copy_of for attempt in left.attempts.values()}
    for attempt in left.attempts.values():
        alone = attempt.id not in copied and not attempt.copy_of
        if attempt.state is AttemptState.IN_DOUBT and alone and not _too_late(left, attempt):
            yield f"attempt {attempt.id} is in doubt, and has no copy"


_ACCEPTED = AttemptState.ACCEPTED


def _too_late(left: Left, attempt: Attempt) -> bool:
    """Whether its pages had all ended when it came to be in doubt: nobody needs a copy then."""
    doubted = [
        line.entry.at
        for line in left.by_event[Event.ATTEMPT_IN_DOUBT]
        if line.entry.subject == f"attempt/{attempt.id}"
    ]
    ends = [left.pages[page].ended_at for page in attempt.pages]
    return bool(ends and doubted) and all(end and end <= doubted[0] for end in ends)


def journal_whole(left: Left) -> Iterator[str]:
    """The chain holds from its first line to its last."""
    for item in journal.verify(left.key, left.lines):
        yield f"the journal is {item.tamper.value} at line {item.seq}"


def states_climb(left: Left) -> Iterator[str]:
    """No state goes backwards: seen by the database itself. A request that was certainly not made
    or not taken goes back into the outbox, as does a copy of which the provider has nothing."""
    back = {(AttemptState.SENDING, AttemptState.QUEUED)}
    reopened = {str(number) for number in reopenings(left)}
    copies = {attempt.id for attempt in left.attempts.values() if attempt.copy_of}
    pages = {(before, after) for (before, _event), after in TRANSITIONS.items()}
    for what, name, before, after in left.world.disk.asked("SELECT * FROM witness"):
        if what == "page":
            if (before, after) == ("closed", "open") and str(name) in reopened:
                continue
            if (PageState(before), PageState(after)) not in pages:
                yield f"page {name} went from {before} to {after}"
            continue
        change = AttemptState(before), AttemptState(after)
        if change == (AttemptState.IN_DOUBT, AttemptState.QUEUED) and name in copies:
            continue
        if change not in back and RANKS[change[1]] <= RANKS[change[0]]:
            yield f"attempt {name} went back from {before} to {after}"


def nothing_taken_goes_elsewhere(left: Left) -> Iterator[str]:
    """Only what a provider did not take, or says that it lost, leaves over the next gateway."""
    providers = left.world.providers.values()
    taken = {attempt for provider in providers for attempt in provider.taken}
    lost = {AttemptState.FAILED, AttemptState.UNDELIVERED}
    for attempt in left.attempts.values():
        before = left.attempts.get(attempt.instead_of)
        if before is not None and before.id in taken and before.state not in lost:
            yield f"attempt {attempt.id} went instead of {before.id}, which had been taken"


def nobody_told_twice(left: Left) -> Iterator[str]:
    """The provider took each attempt once at most. A copy is flagged, the only one, and of an
    attempt whose fate was not known: its answer did not come, or the process died over it."""
    world = left.world
    doubtful = set(world.machine.orphans)
    for provider in world.providers.values():
        doubtful |= provider.unanswered
        for attempt, messages in provider.taken.items():
            if len(messages) > 1:
                yield f"the provider took attempt {attempt} {len(messages)} times"
            if attempt not in left.attempts:
                yield f"attempt {attempt} left, and the store does not know of it"
    copies = [attempt for attempt in left.attempts.values() if attempt.copy_of]
    moved = {attempt.instead_of for attempt in left.attempts.values()}  # never left themselves
    for original, count in Counter(c.copy_of for c in copies if c.id not in moved).items():
        if count > 1:
            yield f"attempt {original} has {count} copies"
        if original not in doubtful:
            yield f"attempt {original} was copied, and its fate was known"
        if original in left.attempts and left.attempts[original].copy_of:
            yield f"attempt {original} is a copy and was copied"
    told = report.after_action(list(left.pages.values()), list(left.attempts.values()), {})
    paged = [copy for copy in copies if copy.pages]  # notices are no part of a report
    if told.possible_duplicates != len(paged):
        yield f"the report shows {told.possible_duplicates} possible duplicates of {len(paged)}"


def as_the_provider_says(left: Left) -> Iterator[str]:
    """No receipt is made up, and none is lost in the end."""
    for provider in left.world.providers.values():
        for attempt, (message, *_rest) in provider.taken.items():
            kept = left.attempts.get(attempt)
            if kept is None:
                continue
            if kept.number != message.to or kept.text != words_of(message):
                yield f"attempt {attempt} left otherwise than it was written down"
            if kept.state.value != came_to(message):
                yield from _differs(left, kept, came_to(message))
    taken = {name for p in left.world.providers.values() for name in p.taken}
    for attempt in left.attempts.values():
        told = attempt.state in {AttemptState.DELIVERED, AttemptState.UNDELIVERED}
        if told and attempt.id not in taken:
            yield f"attempt {attempt.id} is {attempt.state.value}, and nobody took it"


def _differs(left: Left, kept: Attempt, status: str) -> Iterator[str]:
    """What the provider knows better: allowed only where it was never asked to the end."""
    unasked = kept.state in {AttemptState.ACCEPTED, AttemptState.SENT}
    unasked |= kept.state is AttemptState.IN_DOUBT and not left.world.story.askable
    unasked |= kept.channel is Channel.VOICE and kept.state is AttemptState.UNDELIVERED  # a key
    hidden = left.world.story.of(Kind.CALLBACKS_LOST, Kind.ASLEEP, Kind.DOWN, *_DYING)
    if unasked and hidden:
        return
    gave_up = kept.state is AttemptState.FAILED and kept.error_code in {"not-found", "expired"}
    if gave_up and (left.stepped() or kept.error_code == "expired"):
        return
    yield f"attempt {kept.id} is {kept.state.value} ({kept.error_code}); the provider: {status}"


_DYING = (Kind.KILL_AFTER_COMMIT, Kind.KILL_BEFORE_COMMIT, Kind.KILL_BEFORE_REQUEST,
          Kind.KILL_AFTER_REQUEST, Kind.BUSY, Kind.DISK_FULL)  # fmt: skip


def everybody_reached(left: Left) -> Iterator[str]:
    """Each responsible person of each raise that lasted has a page; each page was answered by a
    human who spoke, or closed with a reason, or is unreached with an alarm that a human knows."""
    keys = {page.key for page in left.pages.values()}
    for key, _raised_at in _required(left):
        if key not in keys:
            yield f"{key} was never paged"
    alarms = {p.cause: p for p in left.pages.values() if p.kind is PageKind.ALARM}
    humans = left.said | {"zhu-xiaoman"}
    for page in left.pages.values():
        if page.state in {PageState.CONFIRMED, PageState.COVERED}:
            if page.confirmed_by not in humans:
                yield f"page {page.key} was confirmed by {page.confirmed_by}, who said nothing"
        elif page.state is PageState.UNREACHED:
            alarm = alarms.get(f"unreached:{page.id}")
            if alarm is None:
                yield f"page {page.key} is unreached, and no alarm tells it"
        elif page.closing is None:
            yield f"page {page.key} is {page.state.value} at the end"


def everybody_paged_soon(left: Left) -> Iterator[str]:
    """A crash in the middle of a raise delays its pages by a restart, not until the next poll."""
    if left.stepped():
        return
    story = left.world.story
    pauses = sum(abs(f.size) for f in story.of(Kind.ASLEEP, Kind.DOWN)) + 60 * len(story.faults)
    opened = {page.key: page.opened_at for page in left.pages.values()}
    for key, raised_at in _required(left):
        waited = (opened.get(key, raised_at) - raised_at).total_seconds()
        if waited > SOON + pauses:
            yield f"{key} was paged {waited:.0f} s after the raise"


SOON = 60
"""Seconds, beside the machine's own pauses."""


def _required(left: Left) -> Iterator[tuple[str, datetime]]:
    """The keys of the pages that must exist, and since when: of the officials, for the last raise
    of each place of an incident. What was raised higher before its pages were open may have none.
    """
    raises: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    for line in left.by_event[Event.RAISED]:
        data = dict(line.entry.data)
        if line.entry.actor == "system" and data["level"] != data["previous"]:
            incident = int(line.entry.subject.partition("/")[2])
            raises[incident, str(data["place"])].append(line.entry.at)
    for (incident, place), times in raises.items():
        for official in left.world.district.officials:
            if official.place == place:
                yield f"p/{incident}/{place}/{len(times)}/{official.person}", times[-1]


def words_count(left: Left) -> Iterator[str]:
    """Whoever is awake answers what reached him: no page that he was told of ends unreached, and
    his own is confirmed by himself, whoever stood in for him before."""
    people = left.world.people
    closed = {item.id for item in left.incidents if item.state is IncidentState.CLOSED}
    # A 收到 that was not called back bears the provider's time: where our clock is wrong nobody can
    # say which texts it means. A code does.
    unplaced = left.stepped() and left.world.story.of(Kind.CALLBACKS_LOST, Kind.ASLEEP, Kind.DOWN)
    for page in left.pages.values():
        if page.state not in {PageState.UNREACHED, PageState.COVERED} or page.incident in closed:
            continue
        for attempt in left.of_page[page.id]:
            own = attempt.contact == page.person
            counts = own or (page.state is PageState.UNREACHED and not unplaced)
            reached = attempt.state is AttemptState.DELIVERED
            if counts and reached and people.hears(attempt.contact, attempt.channel):
                yield f"page {page.key}: the answer of {attempt.contact} was lost"


def numbers_are_dead(left: Left) -> Iterator[str]:
    """Only a number that failed for good is marked so."""
    people = left.world.people
    if left.world.story.of(Kind.REFUSED):
        return
    for person, number in left.world.disk.asked(
        "SELECT person, number FROM person_phone WHERE invalid OR invalid_voice"
    ):
        if not people.dead(person, people.owners[number][1]):
            yield f"{number} of {person} is marked as dead, and rings"


def alarms_are_told(left: Left) -> Iterator[str]:
    """One alarm a cause, known to a human or its cause gone; none about an alarm; bounded."""
    for page in left.pages.values():
        if page.kind is not PageKind.ALARM:
            continue
        if page.cause.startswith("unreached:"):
            about = left.pages.get(int(page.cause.partition(":")[2]))
            if about is None or about.kind is not PageKind.PAGE:
                yield f"alarm {page.key} is about no page"
        told = left.of_page[page.id]
        if not told and page.state is PageState.CONFIRMED:
            yield f"alarm {page.key} rang nobody"
        bound = 6 * 5 * 2
        if len(told) > bound:
            yield f"alarm {page.key} was told {len(told)} times"


def edits_count(left: Left) -> Iterator[str]:
    """Of two edits at once each is kept, or refused and said so."""
    kept = sum(":" not in edit for edit in left.world.edited)
    if kept > left.overrides:
        yield f"{kept} edits were accepted, {left.overrides} stand"


def no_mistakes(left: Left) -> Iterator[str]:
    """The engine survives a fault of its own code, and there is none."""
    yield from left.world.mistakes[:3]


INVARIANTS: tuple[Callable[[Left], Iterator[str]], ...] = (
    no_mistakes, comes_to_rest, journal_whole, states_climb, nobody_told_twice,
    nothing_taken_goes_elsewhere, as_the_provider_says,
    everybody_reached, everybody_paged_soon, raises_happen, words_count, numbers_are_dead,
    steps_are_sent, steps_come_in_turn, skips_are_true,
    ladders_keep_time, alarms_are_told, silence_is_told, missing_data_lower_nothing, edits_count,
    all_clear_goes_to_whom_was_paged, rates_hold,
)  # fmt: skip


def violations(world: World) -> list[str]:
    """Everything that is wrong; empty where the storm was weathered."""
    left = left_by(world)
    return [f"{rule.__name__}: {found}" for rule in INVARIANTS for found in rule(left)]
