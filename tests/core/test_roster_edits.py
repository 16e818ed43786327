"""Covers and swaps, and overrides that fit no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from fangxun.core.errors import Conflict, NotFound, Refused
from fangxun.core.roster import (
    AddRequest,
    Against,
    CoverRequest,
    Edit,
    FindingKind,
    LeaveRequest,
    OverrideKind,
    RemoveRequest,
    SwapRequest,
    TableEntry,
    UndoRequest,
    decide,
    edited,
    shifts,
    unfit,
)
from fangxun.core.timeline import Span
from tests.core.rosters import (
    EXTRA,
    HOUR,
    JULY,
    NOW,
    PEOPLE,
    WHOLE,
    between,
    local,
    override,
    people,
    post,
    roster,
    rosters,
    rotation,
    whole,
)

OF = roster(
    post(), post("lead"), EXTRA,
    rotations=(rotation("abc"), rotation("de", "lead", turn_days=7), rotation("fg", "extra")),
)  # fmt: skip
"""On 1 July c stands on duty, on the 2nd a, on the 3rd b; d leads until the 6th."""


ALWAYS = replace(OF, posts=OF.posts[:2], rotations=OF.rotations[:2])
"""The same without the extra post, on which f and g have turns."""


def cover(of=OF, span=None, person="g", instead_of=None, on="duty", now=NOW):
    span = span or between(2, 3)
    request = CoverRequest(on, span, person, instead_of, reason="ill", actor="d")
    return decide(of, PEOPLE, request, now=now).overrides


def swap(of=OF, at=None, other_at=None, post_="duty", other="duty", now=NOW):
    when, then = at or local(2, 12), other_at or local(3, 12)
    request = SwapRequest(post_, when, other, then, reason="asked", actor="d")
    return decide(of, PEOPLE, request, now=now).overrides


def applied(of, planned_):
    first = max((o.id for o in of.overrides), default=0) + 1
    numbered = tuple(replace(o, id=n) for n, o in enumerate(planned_, first))
    return replace(of, overrides=of.overrides + numbered)


def refusal(act, **fields):
    with pytest.raises(Refused) as error:
        act(**fields)
    return str(error.value)


def test_a_cover_of_part_of_a_shift_leaves_the_rest_as_it_was():
    span = Span(local(2, 20), local(3, 2))
    after = applied(OF, cover(span=span, instead_of="a"))
    found = shifts(after, between(2, 3), posts=frozenset({"duty"}))
    assert people(found) == "aga"
    assert {s.turn_of for s in found} == {"a"}
    assert found[1].span == span


def test_a_cover_over_several_shifts_replaces_whoever_stands():
    after = applied(OF, cover(span=between(2, 4)))
    assert people(shifts(after, between(1, 5), posts=frozenset({"duty"}))) == "cggc"


def test_a_swap_exchanges_whole_shifts_and_bears_one_name():
    one, two = swap()
    assert one.swap == two.swap
    after = applied(OF, (one, two))
    found = shifts(after, between(1, 5), posts=frozenset({"duty"}))
    assert people(found) == "cbac"
    assert "".join(s.turn_of for s in found) == "cabc"


def test_a_swap_back_is_another_swap_and_all_is_as_before():
    first = swap()
    after = applied(OF, first)
    second = swap(after, now=NOW + HOUR)
    assert second[0].swap != first[0].swap
    assert whole(shifts(applied(after, second), JULY)) == whole(shifts(OF, JULY))


def test_a_cover_of_an_extra_post_is_no_double_booking_of_one_that_no_level_switches_on():
    """f has a turn on the extra post, which stands only from orange on."""
    extra = next(s for s in shifts(OF, between(2, 3)) if s.post == "extra")
    assert cover(person=extra.person)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"person": "d"}, "d stands on lead at that time already."),
        ({"person": "a"}, "a stands on duty at that time already."),
        ({"person": "a", "span": between(3, 5)}, None),
        ({"instead_of": "b"}, "b does not stand on duty for the whole of that time"),
        ({"instead_of": "a", "span": between(2, 4)}, "a does not stand on duty for the whole"),
        ({"span": between(2, 3), "now": local(2, 9)}, "is in the past; what stood is not"),
    ],
)
def test_a_cover_that_cannot_be_says_why(fields, sentence):
    if sentence is None:
        assert cover(**fields)
    else:
        assert sentence in refusal(cover, **fields)


def test_a_cover_may_begin_within_the_minute_in_which_it_is_typed():
    assert cover(span=Span(local(2, 9), local(2, 12)), now=local(2, 9) + timedelta(seconds=59))


def test_a_hole_is_not_covered_and_the_sentence_names_nobody():
    said = refusal(cover, of=roster(), person="a")
    assert said.startswith("Nobody stands on duty for a part of that time")


def test_of_two_who_stand_at_once_one_has_to_be_named():
    table = tuple(TableEntry("duty", date(2026, 7, 2), person) for person in "ab")
    of = roster(table=table)
    assert "(a, b); say instead of whom" in refusal(cover, of=of)
    after = applied(of, cover(of, instead_of="a"))
    assert sorted(people(shifts(after, between(2, 3)))) == ["b", "g"]
    assert "b stands on duty" in refusal(cover, of=of, person="b", instead_of="a")


def test_who_and_what_nobody_knows_is_not_found():
    for fields in ({"person": "nobody"}, {"instead_of": "nobody"}, {"on": "nowhere"}):
        with pytest.raises(NotFound):
            cover(**fields)
    for fields in ({"post_": "nowhere"}, {"other": "nowhere"}):
        with pytest.raises(NotFound, match="No post is called nowhere"):
            swap(**fields)
    stranger = roster(rotations=(rotation("az"),))
    with pytest.raises(NotFound, match="No person is called z"):
        swap(stranger)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"other_at": local(2, 20)}, "a stands both times; there is nothing to swap."),
        ({"other_at": local(5, 12)}, "a stands both times"),
        ({"of": roster()}, "0 people stand on duty at"),
        ({"now": local(2, 9)}, "is in the past"),
        ({"other": "lead", "other_at": local(8, 12)}, "a stands on duty at that time already."),
    ],
)
def test_a_swap_that_cannot_be_says_why(fields, sentence):
    assert sentence in refusal(swap, **fields)


@pytest.mark.parametrize("at", [local(2, 8), local(3, 8) - timedelta(microseconds=1)])
def test_a_hand_off_belongs_to_who_comes_on(at):
    """Shifts are half-open; a swap at 08:00 sharp means the one that begins."""
    assert swap(at=at, other_at=local(4, 8))[0].instead_of == "a"


def test_overrides_that_fit_no_more_are_listed_each_once():
    fits = override(1, OverrideKind.COVER, between(2, 3), "g", "a")
    second = override(2, OverrideKind.COVER, between(2, 3), "f", "g")
    adds = override(3, OverrideKind.ADD, between(2, 3), "f")
    post_gone = override(4, OverrideKind.ADD, between(2, 3), "f", on="gone")
    person_gone = override(5, OverrideKind.COVER, between(3, 4), "z", "b")
    not_there = override(6, OverrideKind.COVER, between(3, 4), "g", "c")
    nobody = override(7, OverrideKind.COVER, between(3, 4), "g", None, on="empty")
    of = replace(OF, posts=(*OF.posts, post("empty", WHOLE)))
    found = unfit((fits, second, adds, post_gone, person_gone, not_there, nobody), of, PEOPLE)
    assert {f.kind for f in found} == {FindingKind.OVERRIDE_UNFIT}
    assert [dict(f.fields)["override"] for f in found] == ["4", "5", "6", "7"]
    assert found[1].people == ("z", "b")
    every = (fits, second, adds, post_gone, person_gone, not_there, nobody)
    assert unfit(every, of, PEOPLE, within=between(1, 3)) == found[:1]
    assert unfit(every[::-1], of, PEOPLE) == found


@given(rosters())
def test_any_cover_that_is_accepted_fits_and_stands(given_):
    of, base = given_
    span = Span(local(base, 12, of.zone), local(base, 14, of.zone))
    try:
        request = CoverRequest("post0", span, "g", None, reason="", actor="")
        change = decide(of, PEOPLE, request, now=span.start).overrides
    except Refused:
        return
    after = applied(of, change)
    number = str(after.overrides[-1].id)
    told = unfit(after.overrides, after, PEOPLE)
    assert number not in {dict(finding.fields)["override"] for finding in told}
    there = [s for s in shifts(after, span) if s.post == "post0"]
    assert {s.person for s in there} == {"g"}


def ask(kind, *words, of=OF, now=NOW, **fields):
    request = kind(*words, **{"reason": "asked", "actor": "d", **fields})
    return decide(of, PEOPLE, request, now=now)


def after(edit, of=OF, now=NOW, span=JULY, posts="duty"):
    return people(shifts(edited(of, edit, now), span, posts=frozenset({posts})))


def test_one_more_stands_beside_whoever_does_and_nobody_twice():
    assert after(ask(AddRequest, "duty", between(2, 3), "g"), span=between(2, 3)) == "ag"
    with pytest.raises(Refused, match="a stands on duty at that time already"):
        ask(AddRequest, "duty", between(2, 3), "a")


def test_a_removal_is_refused_where_it_leaves_a_hole_and_forced_it_says_so():
    with pytest.raises(Refused, match="Too few people would stand on duty"):
        ask(RemoveRequest, "duty", between(2, 3), "a")
    forced = ask(RemoveRequest, "duty", between(2, 3), "a", force=True)
    assert [one.kind for one in forced.objections] == [Against.HOLE]
    assert after(forced, span=between(2, 3)) == ""


def test_who_was_added_is_taken_off_again_without_a_hole():
    more = edited(OF, ask(AddRequest, "duty", between(2, 3), "g"), NOW)
    assert after(ask(RemoveRequest, "duty", between(2, 3), "g", of=more), more) == after(Edit())
    with pytest.raises(Refused, match="b does not stand on duty for the whole of that time"):
        ask(RemoveRequest, "duty", between(2, 3), "b", of=more)


def test_leave_is_refused_until_somebody_stands_instead():
    with pytest.raises(Refused, match="a is on leave then, and would stand on duty"):
        ask(LeaveRequest, "a", between(1, 10), of=ALWAYS)
    away = ask(LeaveRequest, "a", between(1, 10), "g", of=ALWAYS)
    assert after(away, ALWAYS, span=between(1, 10)) == "cgbcgbcgb"
    assert (away.leave.person, away.leave.span) == ("a", between(1, 10))
    assert ask(LeaveRequest, "g", between(1, 10), of=ALWAYS).overrides == ()


def test_who_is_on_leave_covers_nobody_unless_forced():
    of = edited(ALWAYS, ask(LeaveRequest, "g", between(1, 10), of=ALWAYS), NOW)
    with pytest.raises(Refused, match="g is on leave then"):
        cover(of)
    (objection,) = ask(CoverRequest, "duty", between(2, 3), "g", None, of=of, force=True).objections
    assert (objection.kind, objection.person) == (Against.ON_LEAVE, "g")
    with pytest.raises(Conflict, match="g is on leave from"):
        ask(LeaveRequest, "g", between(9, 12), of=of)


def test_an_undone_edit_takes_with_it_what_was_done_in_one():
    """Both covers of a swap; a leave with its covers."""
    swapped = edited(OF, Edit(swap()), NOW)
    undone = ask(UndoRequest, 2, of=swapped)
    assert undone.undone == (1, 2)
    assert after(undone, swapped) == after(Edit())
    away = ask(LeaveRequest, "a", between(1, 10), "g")
    gone = edited(OF, replace(away, leave=replace(away.leave, id=1)), NOW)
    back = ask(UndoRequest, 1, True, of=gone)
    assert (back.undone, back.undone_leave) == ((1,), (1,))
    assert after(back, gone) == after(Edit())


def test_what_is_undone_while_it_runs_stood_until_then():
    of = edited(OF, ask(CoverRequest, "duty", between(2, 3), "g", None), NOW)
    noon = local(2, 12)
    undone = ask(UndoRequest, 1, of=of, now=noon)
    assert after(undone, of, noon, between(2, 3)) == "ga"
    with pytest.raises(Refused, match="That ended at"):
        ask(UndoRequest, 1, of=of, now=local(3, 9))
    with pytest.raises(NotFound, match="Nothing has the number 7"):
        ask(UndoRequest, 7, of=of)


def test_an_edit_that_others_stand_on_is_not_undone_first():
    of = edited(OF, ask(CoverRequest, "duty", between(2, 3), "g", None), NOW)
    of = edited(of, ask(CoverRequest, "duty", between(2, 3), "f", "g", of=of), NOW)
    with pytest.raises(Refused, match="Override 2 on duty would no longer fit"):
        ask(UndoRequest, 1, of=of)
    assert ask(UndoRequest, 2, of=of).undone == (2,)


def test_a_correction_of_the_past_is_added_with_an_approver_who_is_another():
    later = local(2, 20)
    words = (CoverRequest, "duty", Span(local(2, 9), local(2, 12)), "g", None)
    with pytest.raises(Refused, match="name who approves it"):
        ask(*words, now=later)
    with pytest.raises(Refused, match="somebody else than its author"):
        ask(*words, now=later, approver="d")
    (added,) = ask(*words, now=later, approver="e").overrides
    assert (added.approver, added.at) == ("e", later)


def test_of_two_who_do_the_same_at_once_the_second_is_told():
    """A second swap would swap back; what was changed elsewhere is no conflict."""
    of = edited(OF, Edit(swap()), NOW)
    words = (SwapRequest, "duty", local(2, 12), "duty", local(3, 12))
    with pytest.raises(Conflict, match="d changed duty meanwhile"):
        ask(*words, of=of, seen=0)
    assert ask(*words, of=of, seen=2).overrides
    assert ask(CoverRequest, "duty", between(10, 11), "g", None, of=of, seen=0).overrides


def test_before_and_after_show_only_what_changes():
    edit = ask(SwapRequest, "duty", local(2, 12), "duty", local(4, 12))
    assert (people(edit.before), people(edit.after)) == ("ac", "ca")
