"""Calendar feeds: whose shifts they hold, and by what an event is known again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fangxun.core import icalendar, subscription
from fangxun.core.roster import Shift, Source
from fangxun.core.subscription import Edition, Subscription, Whose
from fangxun.core.timeline import Span

NOW = datetime(2026, 7, 20, 3, 12, tzinfo=UTC)
HOURS = timedelta(hours=1)
POST = Subscription(1, Whose.POST, "duty", "0" * 64, "officer", "phone", NOW)
OWN = Subscription(2, Whose.PERSON, "a", "1" * 64, "officer", "phone", NOW)
EDITION = Edition(7, NOW, "yunxi")
NAMES = {"post/duty": "值班室 值班员", "person/a": "荷立夏", "person/b": "江有声"}


def shift(start=0, person="a", *, post="duty", turn="", hours=24):
    span = Span(NOW + start * HOURS, NOW + (start + hours) * HOURS)
    return Shift(post, span, person, turn or person, Source.TABLE)


def feed(item, *shifts, edition=EDITION):
    return subscription.calendar(item, shifts, NAMES, edition)


SHIFTS = st.lists(
    st.tuples(st.integers(0, 500), st.sampled_from("ab"), st.sampled_from(["duty", "lead"])),
    unique_by=lambda one: (one[0], one[1], one[2]),
).map(lambda found: [shift(start, who, post=post) for start, who, post in found])


@given(SHIFTS, st.sampled_from([POST, OWN]))
def test_a_feed_holds_its_own_shifts_alone_each_with_a_name_of_its_own(shifts, item):
    found = feed(item, *shifts).events
    own = [s for s in shifts if item.of in {s.person, s.post}]
    assert sorted(event.span for event in found) == sorted(s.span for s in own)
    assert len({event.uid for event in found}) == len(found)


@given(SHIFTS, st.randoms())
def test_an_event_has_the_same_uid_in_every_edition_and_order(shifts, chance):
    before = feed(POST, *shifts).events
    shuffled = list(shifts)
    chance.shuffle(shuffled)
    after = feed(POST, *shuffled, edition=replace(EDITION, number=8)).events
    assert [event.uid for event in before] == [event.uid for event in after]
    assert all(event.sequence == 8 for event in after)


def test_a_cover_changes_the_event_of_the_post_and_makes_no_new_one():
    (before,) = feed(POST, shift(person="a")).events
    (after,) = feed(POST, shift(person="b", turn="a"), edition=replace(EDITION, number=8)).events
    assert before.uid == after.uid
    assert (before.summary, after.summary) == ("值班室 值班员 荷立夏", "值班室 值班员 江有声")
    assert after.sequence > before.sequence


def test_two_seats_of_a_post_are_two_events():
    found = feed(POST, shift(person="a"), shift(person="b")).events
    assert len({event.uid for event in found}) == 2


def test_its_text_is_the_same_until_the_day_or_the_roster_changes():
    later = NOW + timedelta(hours=5)
    assert subscription.span_at(NOW) == subscription.span_at(later)
    assert subscription.span_at(NOW) != subscription.span_at(NOW + timedelta(days=1))
    assert subscription.span_at(NOW).start == datetime(2026, 6, 19, tzinfo=UTC)


def test_a_program_is_told_its_name_and_to_ask_again_in_an_hour():
    text = icalendar.write(feed(OWN, shift()))
    assert "X-WR-CALNAME:荷立夏\r\n" in text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in text


def test_a_feed_is_revoked_once():
    gone = subscription.revoke(OWN, by="officer", now=NOW)
    assert (gone.revoked_by, gone.revoked_at) == ("officer", NOW)
    assert subscription.revoke(gone, by="b", now=NOW + HOURS) is gone
