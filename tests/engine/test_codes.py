"""Whatever is told and ended in whatever order, no phone has two pages under one code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fangxun.core.escalation import Draft
from fangxun.core.level import Level
from fangxun.core.page import Page, PageState, answers, open_by_hand
from fangxun.core.plan import Channel, Contact
from fangxun.core.responsibility import Person, Phone
from fangxun.engine.codes import Codes
from fangxun.engine.view import Lookout, View
from fangxun.store import codes, pages
from fangxun.store.base import Store, Tx, open_store
from tests import beginnings
from tests.scenario.room import NIGHT

NUMBERS = {"li": ("1",), "wang": ("1", "2"), "zhao": ("2",)}
"""Li and Wang share a phone, and so do Wang and Zhao."""
PAGES = range(1, 17)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("codes")
    url = beginnings.in_force(folder, since=NIGHT)
    opened = open_store(url, key_path=folder / beginnings.KEY, durable=False)
    yield opened
    opened.close()


def seen(tx: Tx) -> View:
    """The example district, with these three as its people."""
    view = Lookout().look(tx, now=NIGHT)
    assert view is not None
    owners = {n: [who for who, of in NUMBERS.items() if n in of] for n in "12"}
    people = {
        who: Person(who, who, "office", "", tuple(Phone(n) for n in of))
        for who, of in NUMBERS.items()
    }
    return replace(view, maps=replace(view.maps, people=people, owners=owners))


def tell(tx: Tx, view: View, page: int, contact: str) -> str:
    """One text about a page, in a transaction's worth of codes; the code that it names."""
    found = Codes(view, [(page, contact)], partial(codes.ledger, tx))
    code = found.of(Draft(page, contact, Channel.SMS, "", Contact.PERSON))
    codes.give(tx, found.fresh)
    return code


def named(tx: Tx, number: str, code: str) -> list[int]:
    """The pages that a reply of a code from a number would confirm, or find confirmed."""
    standing = [item for item in pages.get_many(tx, PAGES) if item.state.wants_word]
    found: list[Page] = []
    for who in (who for who, of in NUMBERS.items() if number in of):
        told = codes.meant(tx, [who], since=NIGHT).get(who, {})
        said = answers(
            codes=[code], received=False, done=frozenset(), pages=standing, told=told,
            attempts=(), person=who, received_at=NIGHT,
        )  # fmt: skip
        found += said.confirmed
    return [item.id for item in found]


STEPS = st.tuples(
    st.sampled_from(["tell", "tell", "tell", "end", "again"]),
    st.sampled_from(PAGES),
    st.sampled_from(sorted(NUMBERS)),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, max_size=30))
def test_a_code_from_a_phone_names_the_page_whose_text_there_named_it_and_no_other(
    store: Store, steps: list[tuple[str, int, str]]
) -> None:
    """Small as long as few can be answered; a page that is opened again is told anew."""
    told: dict[tuple[int, str], str] = {}
    with pytest.raises(InterruptedError), store.write() as tx:  # noqa: PT012  all of it
        view = seen(tx)
        fresh = (open_by_hand("li", str(n), now=NIGHT) for n in PAGES)
        pages.insert(tx, [replace(p, key=f"h/{n}") for n, p in enumerate(fresh)])
        for act, page, contact in steps:
            item = pages.get(tx, page)
            if act == "tell" and item.state is PageState.OPEN:
                near = {w for w, of in NUMBERS.items() if set(of) & set(NUMBERS[contact])}
                before = sum(who in near for _page, who in told)
                known = told.get((page, contact))
                told[page, contact] = tell(tx, view, page, contact)
                assert known in {None, told[page, contact]}
                assert known or before >= 6 or len(told[page, contact]) == 1
            elif act == "end":
                pages.save(tx, [replace(item, state=PageState.CLOSED)])
                told = {key: code for key, code in told.items() if key[0] != page}
            elif act == "again" and item.state is PageState.CLOSED:
                codes.forget(tx, [page])
                pages.save(tx, [replace(item, state=PageState.OPEN, level=Level.RED)])
            for (told_of, who), code in told.items():
                assert all(named(tx, number, code) == [told_of] for number in NUMBERS[who])
        raise InterruptedError  # takes everything back before the next example
