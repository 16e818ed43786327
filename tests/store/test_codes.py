"""Codes as they stand in the store."""

from __future__ import annotations

from collections import Counter

from fangxun.core.incident import IncidentState
from fangxun.core.page import PageState
from fangxun.store import codes, incidents, pages
from fangxun.store.base import Store
from tests.store import samples
from tests.store.samples import MINUTE, NOW, page


def test_a_contact_has_a_code_for_each_page_and_the_last_one_given_counts(stormy: Store) -> None:
    """Each contact of a page his own."""
    with stormy.write() as tx:
        one, two = (item.id for item in pages.insert(tx, [page(1), page(2)]))
        codes.give(tx, [((one, "li"), 1), ((two, "li"), 2), ((one, "wang"), 1)])
        codes.give(tx, [((one, "li"), 3)])
        codes.give(tx, [])
    with stormy.read() as tx:
        assert codes.meant(tx, ["li", "wang", "zhao"], since=NOW) == {
            "li": {one: "3", two: "2"}, "wang": {one: "1"},
        }  # fmt: skip
        found = codes.ledger(tx, [(one, "li")], ["li"])
    assert found.own == {(one, "li"): 3}
    assert found.answerable == {"li": Counter({2: 1, 3: 1})}
    assert found.given["li"][2] < found.given["li"][3]


def test_a_code_counts_as_given_but_names_nothing_once_its_page_cannot_be_answered(
    stormy: Store,
) -> None:
    """A confirmed page of an open incident still can; for a while the code means nothing else."""
    ended = {"ended_at": NOW}
    with stormy.write() as tx:
        kept = pages.insert(
            tx,
            [
                page(1, state=PageState.CONFIRMED, **ended),
                page(2, state=PageState.CLOSED, **ended),
                page(3),
            ],
        )
        codes.give(tx, [((item.id, "li"), n) for n, item in enumerate(kept, start=1)])
    with stormy.read() as tx:
        found = codes.ledger(tx, [], ["li"])
        assert (dict(found.answerable["li"]), set(found.given["li"])) == (
            {1: 1, 2: 0, 3: 1}, {1, 2, 3},
        )  # fmt: skip
        assert set(codes.meant(tx, ["li"], since=NOW)["li"].values()) == {"1", "2", "3"}
        assert set(codes.meant(tx, ["li"], since=NOW + MINUTE)["li"].values()) == {"1", "3"}
    with stormy.write() as tx:
        incidents.save(tx, samples.incident(1, IncidentState.CLOSED))
    with stormy.read() as tx:
        assert set(codes.meant(tx, ["li"], since=NOW + MINUTE)["li"].values()) == {"3"}


def test_what_is_forgotten_is_told_anew(stormy: Store) -> None:
    """To everybody who was told of the page."""
    with stormy.write() as tx:
        one, two = (item.id for item in pages.insert(tx, [page(1), page(2)]))
        codes.give(tx, [((one, "li"), 1), ((one, "wang"), 1), ((two, "li"), 2)])
        codes.forget(tx, [one])
        codes.forget(tx, [])
    with stormy.read() as tx:
        assert codes.meant(tx, ["li", "wang"], since=NOW) == {"li": {two: "2"}}
