"""Laws of the roster under edits of every kind, in any order: a machine that hypothesis drives."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fangxun.core.errors import Conflict, NotFound, Refused
from fangxun.core.roster import (
    AddRequest,
    CoverRequest,
    LeaveRequest,
    OverrideKind,
    RemoveRequest,
    SwapRequest,
    UndoRequest,
    decide,
    edited,
    shifts,
)
from fangxun.core.timeline import Span
from tests.core.rosters import (
    DAY,
    DAY_AND_NIGHT,
    HOUR,
    NOW,
    PEOPLE,
    PLACES,
    STEP,
    WHOLE,
    post,
    roster,
    rotation,
    whole,
)
from tests.core.test_roster import stand

people = st.sampled_from(sorted(PEOPLE))
posts = st.sampled_from(["desk", "lead"])
hours = st.integers(0, 8 * 24)
lengths = st.integers(1, 60)


class Edits(RuleBasedStateMachine):
    """A desk of two seats in groups and a leader by day and night, around a change of clocks."""

    @initialize(place=st.sampled_from(PLACES))
    def begin(self, place):
        zone, self.base = place
        first = self.base - 9 * DAY
        self.of = self.plain = roster(
            post("desk", WHOLE, seats=2),
            post("lead", DAY_AND_NIGHT),
            rotations=(rotation("ab cd ef", "desk", first, 2), rotation("gfa", "lead", first)),
            zone=zone,
        )
        begin = datetime.combine(self.base, time(), tzinfo=ZoneInfo(zone))
        self.start = begin.astimezone(NOW.tzinfo)
        self.span = Span(self.start, self.start + 12 * DAY)
        self.forced = False

    def within(self, hour, length):
        return Span(self.start + hour * HOUR, self.start + (hour + length) * HOUR)

    def ask(self, kind, *words, force=False):
        request = kind(*words, reason="asked", actor="d", force=force)
        with suppress(Refused, NotFound, Conflict):
            edit = decide(self.of, PEOPLE, request, now=self.start)
            before, self.of = self.of, edited(self.of, edit, self.start)
            self.number(edit)
            self.forced |= bool(edit.objections)
            return before, edit
        return None

    def number(self, edit):
        """Leave gets its number where it is kept."""
        if edit.leave is not None:
            last = max((one.id for one in self.of.leave), default=0) + 1
            kept = replace(self.of.leave[-1], id=last)
            self.of = replace(self.of, leave=(*self.of.leave[:-1], kept))

    @rule(on=posts, hour=hours, length=lengths, who=people, instead=people, force=st.booleans())
    def cover(self, on, hour, length, who, instead, force):
        self.ask(CoverRequest, on, self.within(hour, length), who, instead, force=force)

    @rule(on=posts, hour=hours, length=lengths, who=people)
    def add(self, on, hour, length, who):
        self.ask(AddRequest, on, self.within(hour, length), who)

    @rule(on=posts, hour=hours, length=lengths, who=people, force=st.booleans())
    def remove(self, on, hour, length, who, force):
        self.ask(RemoveRequest, on, self.within(hour, length), who, force=force)

    @rule(one=hours, two=hours, who=people, other=people)
    def swap(self, one, two, who, other):
        at, then = (self.start + hour * HOUR for hour in (one, two))
        self.ask(SwapRequest, "desk", at, "desk", then, who, other)

    @rule(hour=hours, length=lengths, who=people, by=st.none() | people)
    def leave(self, hour, length, who, by):
        self.ask(LeaveRequest, who, self.within(hour, length), by)

    @precondition(lambda self: self.of.overrides)
    @rule(data=st.data())
    def undo(self, data):
        number = data.draw(st.sampled_from([one.id for one in self.of.overrides]))
        self.ask(UndoRequest, number)

    @rule(on=posts, hour=hours, length=lengths, who=people)
    def an_edit_undone_at_once_leaves_all_as_it_was(self, on, hour, length, who):
        done = self.ask(CoverRequest, on, self.within(hour, length), who, None)
        if done is not None:
            before, _edit = done
            forced = self.forced
            last = max(one.id for one in self.of.overrides)
            assert self.ask(UndoRequest, last, force=True) is not None
            assert whole(shifts(self.of, self.span)) == whole(shifts(before, self.span))
            self.forced = forced

    def edges(self):
        """The instants of the span at which anything may change; nothing does between them."""
        found = shifts(self.of, self.span)
        edges = {at for s in found for at in (s.span.start, s.span.end)}
        return {self.start, *(at for at in edges if self.span.holds(at))}

    @invariant()
    def at_most_the_seats_and_one_for_each_addition_stand(self):
        found = shifts(self.of, self.span)
        for at in self.edges():
            for one in self.of.posts:
                more = sum(
                    o.kind is OverrideKind.ADD and o.post == one.id and o.span.holds(at)
                    for o in self.of.overrides
                )
                there = sum(s.post == one.id and s.span.holds(at) for s in found)
                assert there <= one.seats + more

    @invariant()
    def what_nobody_forced_leaves_no_seat_empty(self):
        if self.forced:
            return
        was, found = shifts(self.plain, self.span), shifts(self.of, self.span)
        for at in self.edges():
            for one in self.of.posts:
                counts = [
                    sum(s.post == one.id and s.span.holds(at) for s in some)
                    for some in (was, found)
                ]
                assert counts[1] >= min(one.seats, counts[0])

    def teardown(self):
        """Those stand whom a walk in steps of five minutes finds; with all undone, as before."""
        if not hasattr(self, "of"):
            return
        zone, latest, known = ZoneInfo(self.of.zone), datetime.min, {}  # noqa: DTZ901  a wall clock
        found = shifts(self.of, self.span)
        for step in range(2 * 288):
            at = self.start + step * STEP
            latest = max(latest, at.astimezone(zone).replace(tzinfo=None))
            there = sorted((s.post, s.person, s.turn_of) for s in found if s.span.holds(at))
            assert there == stand(self.of, at, latest, known)
        gone = replace(self.of, overrides=(), leave=())
        assert shifts(gone, self.span) == shifts(self.plain, self.span)


_UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A story of fifteen edits takes minutes to shrink, and reads well as it is."""
TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=25, stateful_step_count=15, phases=_UNSHRUNK)
