"""Pages as they stand in the store."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from sqlalchemy.exc import IntegrityError

from fangxun.core.errors import NotFound
from fangxun.core.incident import IncidentState
from fangxun.core.level import Hazard, Level
from fangxun.core.page import Closing, How, Page, PageKind, PageState
from fangxun.core.plan import Group, Owed
from fangxun.store import incidents, outbox, pages
from fangxun.store.base import Store
from tests.store import samples
from tests.store.samples import MINUTE, NOW, page


def test_every_field_of_a_page_comes_back(stormy: Store) -> None:
    """Each with a value that is not its default."""
    full = Page(
        0, PageKind.ALARM, "a/feed_stale/1", NOW, PageState.COVERED, Level.RED, 1, "gully",
        3, "person1", Group.EXTRA_POSTS, "feed_stale/cma", 2, 1, NOW + MINUTE, NOW + 2 * MINUTE,
        Closing.RELIEVED, "person2", How.RELAYED, "他说收到", Owed.MOVED_OUT, 600,
        NOW + 3 * MINUTE, NOW + 4 * MINUTE, (("feed", "cma"), ("list", [1, None])),
        was_unreached=True, hazard=Hazard.FLOOD, ladder="0badcafe", rung="person/sms/1#2",
    )  # fmt: skip
    assert all(getattr(full, f.name) != f.default for f in fields(Page))
    with stormy.write() as tx:
        (kept,) = pages.insert(tx, [full])
    with stormy.read() as tx:
        assert pages.get(tx, kept.id) == replace(full, id=kept.id)


def test_numbers_go_on_from_the_last_page(stormy: Store) -> None:
    """In the order given, across transactions."""
    with stormy.write() as tx:
        first = pages.insert(tx, [page(1), page(2)])
    with stormy.write() as tx:
        second = pages.insert(tx, [page(3)])
        assert pages.insert(tx, []) == []
    assert [item.id for item in (*first, *second)] == [1, 2, 3]
    with stormy.read() as tx:
        assert [item.id for item in pages.get_many(tx, [3, 1, 99])] == [1, 3]
        assert [item.id for item in pages.latest(tx, limit=2)] == [3, 2]


def test_a_page_key_is_unique_for_ever(stormy: Store) -> None:
    """Even an ended page keeps its key: the same raise never pages twice."""
    with stormy.write() as tx:
        pages.insert(tx, [page(1, state=PageState.CLOSED)])
    with pytest.raises(IntegrityError), stormy.write() as tx:
        pages.insert(tx, [page(2), page(1)])
    with stormy.read() as tx:
        assert pages.by_key(tx, [page(1).key, page(2).key]) == {page(1).key}
        assert pages.with_key(tx, page(1).key) == page(1, id=1, state=PageState.CLOSED)
        assert pages.with_key(tx, page(2).key) is None


def test_due_pages_come_in_the_order_of_urgency(stormy: Store) -> None:
    """Red before blue, first steps before repeats, then the plan's order; ended ones never."""
    with stormy.write() as tx:
        pages.insert(
            tx,
            [
                page(1, level=Level.BLUE),
                page(2, level=Level.RED, step=1),
                page(3, level=Level.RED),
                page(4, level=Level.RED),
                page(5, next_due=NOW + MINUTE),
                page(6, state=PageState.CONFIRMED),
                page(7, next_due=None),
            ],
        )
    with stormy.read() as tx:
        assert [item.person for item in pages.due(tx, NOW)] == [
            "person3", "person4", "person2", "person1",
        ]  # fmt: skip
        assert [item.person for item in pages.due(tx, NOW, limit=1)] == ["person3"]
        assert pages.next_due(tx) == NOW


def test_nothing_is_due_when_nothing_is_open(store: Store) -> None:
    """The daemon may then sleep."""
    with store.read() as tx:
        assert pages.next_due(tx) is None
        assert pages.due(tx, NOW) == []


def test_open_pages_are_found_by_incident_and_person(stormy: Store) -> None:
    """Each narrows the list."""
    with stormy.write() as tx:
        incidents.save(tx, samples.incident(2))
        pages.insert(tx, [page(1), page(2, incident=2), page(3, state=PageState.UNREACHED)])
    with stormy.read() as tx:
        assert [p.person for p in pages.open_pages(tx)] == ["person1", "person2"]
        assert [p.person for p in pages.open_pages(tx, incident=2)] == ["person2"]
        assert [p.person for p in pages.open_pages(tx, person="person1")] == ["person1"]


def test_saved_pages_stand_as_they_were_saved(stormy: Store) -> None:
    """In bulk; each of the links that were sent for a page finds it as it then stands."""
    with stormy.write() as tx:
        kept = pages.insert(tx, [page(n) for n in range(3)])
        for link in ("ab", "ef"):
            pages.add_link(tx, kept[0].id, link * 32)
        changed = [replace(item, state=PageState.CONFIRMED, step=2) for item in kept[:2]]
        pages.save(tx, changed)
        pages.save(tx, [])
    with stormy.read() as tx:
        assert pages.get_many(tx, [1, 2, 3]) == [*changed, kept[2]]
        assert [pages.by_link(tx, link * 32) for link in ("ab", "ef")] == [changed[0]] * 2
        assert pages.by_link(tx, "cd" * 32) is None


def test_an_unknown_page_is_a_sentence(store: Store) -> None:
    """With the command that lists them."""
    with pytest.raises(NotFound, match="no page 7"), store.read() as tx:
        pages.get(tx, 7)


def test_who_was_told_of_a_page_can_answer_it(stormy: Store) -> None:
    """The deputy who got the text about person1's page, and person1 himself; nobody else."""
    with stormy.write() as tx:
        kept = pages.insert(tx, [page(1), page(2)])
        outbox.queue(tx, [samples.attempt(9, kept[0].id, contact="deputy")])
    with stormy.read() as tx:
        told = pages.told_to(tx, ["person1", "deputy", "person3"])
    assert {who: [p.id for p in found] for who, found in told.items()} == {
        "person1": [kept[0].id], "deputy": [kept[0].id],
    }  # fmt: skip


def test_a_page_can_be_answered_late_but_not_after_it_was_closed(stormy: Store) -> None:
    """Unreached and confirmed ones of an open incident can, once it is stood down no more."""
    states = [PageState.OPEN, PageState.UNREACHED, PageState.CLOSED, PageState.CONFIRMED]
    with stormy.write() as tx:
        pages.insert(tx, [page(n, state=s, person="li") for n, s in enumerate(states)])
    with stormy.read() as tx:
        assert [p.state for p in pages.told_to(tx, ["li"])["li"]] == [
            PageState.OPEN, PageState.UNREACHED, PageState.CONFIRMED,
        ]  # fmt: skip
    with stormy.write() as tx:
        incidents.save(tx, samples.incident(1, IncidentState.CLOSED))
    with stormy.read() as tx:
        assert [p.state for p in pages.told_to(tx, ["li"])["li"]] == [PageState.OPEN]


def test_unreached_and_overdue_are_counted_for_open_incidents_only(stormy: Store) -> None:
    """Both are open matters of the watch; a closed incident leaves none."""
    with stormy.write() as tx:
        pages.insert(
            tx,
            [
                page(1, state=PageState.UNREACHED),
                page(2, state=PageState.UNREACHED, kind=PageKind.ALARM),
                page(3, state=PageState.CONFIRMED, owed_by=NOW),
                page(4, state=PageState.CONFIRMED, owed_by=NOW, met_at=NOW),
                page(5, state=PageState.CLOSED, owed_by=NOW),
                page(6, owed_by=NOW + MINUTE),
            ],
        )
    with stormy.read() as tx:
        assert pages.count_unreached(tx) == 1
        assert [p.person for p in pages.unended(tx)] == ["person1", "person2", "person6"]
        assert [p.person for p in pages.overdue(tx, NOW)] == ["person3"]
    with stormy.write() as tx:
        incidents.save(tx, samples.incident(1, IncidentState.CLOSED))
    with stormy.read() as tx:
        assert pages.count_unreached(tx) == 0
        assert [p.person for p in pages.unended(tx)] == ["person6"]
        assert pages.overdue(tx, NOW) == []
