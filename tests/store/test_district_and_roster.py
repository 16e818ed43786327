"""The district as applied, numbers in their one table, overrides and active posts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from fangxun.core.responsibility import Phone
from fangxun.core.roster import Leave, Override, OverrideKind
from fangxun.core.timeline import Span
from fangxun.store import district, outbox, pages, roster
from fangxun.store.base import Store, Tx
from tests.store import samples
from tests.store.samples import NOW, PEOPLE, number

Apply = Callable[..., int]


def apply(tx: Tx, *people: object) -> int:
    """Put the sample district in force, with these people where given."""
    found = samples.district(*[tuple(people)] if people else [])  # type: ignore[arg-type]  # replace() of any field
    return district.apply(tx, found, actor="person3", reason="season", now=NOW)


def test_nothing_is_in_force_before_the_first_apply(store: Store) -> None:
    """Version 0 tells the engine to wait."""
    with store.read() as tx:
        assert district.applied(tx) is None
        assert district.version(tx) == 0


def test_a_district_comes_back_as_it_was_applied(store: Store) -> None:
    """Every field, people and their numbers in order."""
    with store.write() as tx:
        assert apply(tx) == 1
    with store.read() as tx:
        assert district.applied(tx) == samples.district()
        assert district.version(tx) == 1


def test_overrides_are_not_the_districts(store: Store) -> None:
    """They are events: the document holds none, whatever it was given."""
    given = samples.district()
    with store.write() as tx:
        with_override = replace(given, roster=replace(given.roster, overrides=(override(),)))
        district.apply(tx, with_override, actor="person3", reason="", now=NOW)
        assert district.applied(tx) == given


def test_numbers_stand_in_their_table_only(store: Store) -> None:
    """Not in the document, although people come back with them."""
    with store.write() as tx:
        apply(tx)
        document = tx.connection.execute(text("SELECT document FROM district_version")).scalar_one()
    assert all(phone.number not in document for person in PEOPLE for phone in person.phones)


def test_applying_again_replaces_people_and_numbers(store: Store) -> None:
    """Added, changed, reordered and removed; the last district is the one in force."""
    changed = replace(PEOPLE[1], name="乙", phones=(Phone(number(555)), PEOPLE[1].phones[0]))
    with store.write() as tx:
        apply(tx)
        assert apply(tx, changed, PEOPLE[0]) == 2
        found = district.applied(tx)
        assert found is not None
        assert found.people == (changed, PEOPLE[0])
        left = tx.connection.execute(text("SELECT count(*) FROM person_phone")).scalar_one()
        assert left == 4


def test_a_dead_number_stays_dead_while_it_is_the_same_persons(store: Store) -> None:
    """Applying the folder again does not bring it back; a new number is alive."""
    dead = PEOPLE[0].phones[0].number
    with store.write() as tx:
        apply(tx)
        before = district.version(tx)
        assert district.mark_number(tx, "person0", dead, invalid=True)
        assert not district.mark_number(tx, "person0", dead, invalid=True)
        assert not district.mark_number(tx, "person9", dead, invalid=True)
        assert district.version(tx) == before + 1
        apply(tx)
        assert _phones(tx, "person0") == (Phone(dead, invalid=True), PEOPLE[0].phones[1])
        apply(tx, replace(PEOPLE[0], phones=(Phone(number(777)),)))
        assert _phones(tx, "person0") == (Phone(number(777)),)


def test_a_removed_number_stays_only_for_the_attempts_that_used_it(stormy: Store) -> None:
    """The journal of a storm stays whole, and the person has no number any more."""
    used = PEOPLE[0].phones[0].number
    with stormy.write() as tx:
        apply(tx)
        pages.insert(tx, [samples.page(1)])
        outbox.queue(tx, [samples.attempt(1, 1, contact="person0", number=used)])
        apply(tx, PEOPLE[1])
        assert outbox.get(tx, samples.attempt(1).id).number == used
        found = district.applied(tx)
        assert found is not None
        assert found.people == (PEOPLE[1],)
        rows = tx.connection.execute(text("SELECT person, position FROM person_phone")).all()
        assert ("person0", None) in [tuple(row) for row in rows]
        assert len(rows) == 3


def test_overrides_are_numbered_and_come_back(store: Store) -> None:
    """In the order in which they were made; the version tells that there are new ones."""
    with store.write() as tx:
        assert roster.overrides(tx) == ()
        assert roster.add_overrides(tx, [override(), override(person=None)]) == [1, 2]
        assert roster.add_overrides(tx, [override(swap="s1")]) == [3]
        assert roster.roster_version(tx) == 2
        assert roster.overrides(tx) == (
            override(), override(id=2, person=None), override(id=3, swap="s1"),
        )  # fmt: skip


def test_what_is_undone_counts_until_then_alone(store: Store) -> None:
    """One that has not begun is gone; the rows of both stay, and no number is given twice."""
    later = Span(NOW + timedelta(days=2), NOW + timedelta(days=3))
    away = Leave("person1", later, "病假", "person3", NOW)
    with store.write() as tx:
        roster.add_overrides(tx, [override(), override(span=later)])
        assert roster.add_leave(tx, away) == 1
        assert roster.leave(tx) == (replace(away, id=1),)
        noon = NOW + timedelta(hours=12)
        roster.undo(tx, [1, 2], [1], by="person3", now=noon)
        assert roster.overrides(tx) == (override(span=Span(NOW, noon)),)
        assert roster.leave(tx) == ()
        assert roster.add_overrides(tx, [override(id=3)]) == [3]


def test_active_posts_are_exactly_those_wanted(store: Store) -> None:
    """One that stays on keeps since when it is."""
    later = NOW + timedelta(hours=1)
    with store.write() as tx:
        roster.set_active_posts(tx, {"a", "b"}, now=NOW)
        roster.set_active_posts(tx, {"b", "c"}, now=later)
        assert roster.active_posts(tx) == {"b", "c"}
        roster.set_active_posts(tx, [], now=later)
        assert roster.active_posts(tx) == frozenset()


def override(**changes: object) -> Override:
    """Person1 covers for person0 for a day."""
    span = Span(NOW, NOW + timedelta(days=1))
    made = Override(
        1, OverrideKind.COVER, "officer", span, "person1", "person0", "病假", "person3", NOW
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # replace() of any field


def _phones(tx: Tx, person: str) -> tuple[Phone, ...]:
    found = district.applied(tx)
    assert found is not None
    return next(item.phones for item in found.people if item.id == person)


def test_a_number_is_marked_by_channel_and_the_mark_outlives_an_apply(store: Store) -> None:
    """A landline refuses texts and rings; mended, it is as new."""
    dead = PEOPLE[0].phones[0].number
    with store.write() as tx:
        apply(tx, *PEOPLE)
        assert district.mark_number(tx, "person0", dead, invalid=True, voice=True)
        assert not district.mark_number(tx, "person0", dead, invalid=True, voice=True)
        apply(tx, *PEOPLE)
        assert _phones(tx, "person0")[0] == Phone(dead, invalid_voice=True)
        assert district.mark_number(tx, "person0", dead, invalid=True)
        assert district.mark_number(tx, "person0", dead, invalid=False, voice=True)
        assert _phones(tx, "person0")[0] == Phone(dead, invalid=True)


def test_an_address_for_notices_comes_back(store: Store) -> None:
    with store.write() as tx:
        apply(tx, replace(PEOPLE[0], email="p0@yunxi.example"))
        found = district.applied(tx)
    assert found is not None
    assert found.people[0].email == "p0@yunxi.example"
