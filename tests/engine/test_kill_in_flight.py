"""A real kill -9 at instrumented points, with a hundred requests in flight, on both databases."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from fangxun import clock
from fangxun.core import journal, report
from fangxun.core.level import Level
from fangxun.core.page import Attempt, AttemptState
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.standin.misbehaviour import Behaviour
from fangxun.standin.twilio_server import TwilioStandin
from fangxun.store import journal as journal_store
from fangxun.store import outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Store, open_store
from tests import crowd
from tests.engine.process import counted, start, until

SIZE = 300
LATENCY = 0.4
"""Seconds of the stand-in: a hundred requests are out when the hundred-and-fiftieth is made."""
PEOPLE = {crowd.number(10_000 + i): f"crowd-{i:05d}" for i in range(SIZE)}

POINTS = (
    "engine-before-commit 5",
    "engine-after-commit 7",
    "dispatch-before-commit 2",
    "dispatch-after-commit 3",
    "request 150",
    "answer 120",
)


@pytest.fixture
def store(migrated_url: str, tmp_path: Path) -> Iterator[tuple[Store, str]]:
    opened = open_store(migrated_url, key_path=tmp_path / "journal.key")
    acts.apply_district(opened, crowd.district(SIZE), act=Act("admin", "test", clock.now()))
    yield opened, migrated_url
    opened.close()


def attempts(store: Store) -> list[Attempt]:
    with store.read() as tx:
        return outbox.of_page(tx, [page.id for page in page_store.open_pages(tx)])


def killed_while_paging(
    store: Store, url: str, folder: Path, provider: TwilioStandin, point: str
) -> set[str]:
    """Raise, die at the point; the attempts that stood as sending then."""
    port = int(provider.url.rsplit(":", 1)[1])
    act = Act("zhu-xiaoman", "the dam keeper phoned", clock.now())
    acts.raise_by_hand(store, crowd.PLACE, Level.RED, act=act)
    first = start(url, port, folder, DIE_AT=point)
    assert first.wait(timeout=90) == -signal.SIGKILL, "it died where it was told to"
    return {a.id for a in attempts(store) if a.state is AttemptState.SENDING}


def settle(store: Store, url: str, folder: Path, provider: TwilioStandin, **environ: str) -> None:
    """Start again, until everybody is told and nothing is in doubt any more."""
    port = int(provider.url.rsplit(":", 1)[1])
    # At once: what the dead process had sent lies at the stand-in before anything is asked of it.
    second = start(url, port, folder, DOUBT_SECONDS="0.1", **environ)
    unsettled = {AttemptState.QUEUED, AttemptState.SENDING}
    if "CANNOT_ASK" not in environ:
        unsettled.add(AttemptState.IN_DOUBT)

    def settled() -> bool:
        found = counted(store)
        return found.total() >= SIZE and not unsettled & found.keys()

    try:
        until(settled, "everybody told, nothing in doubt", 150.0)
    finally:
        second.send_signal(signal.SIGTERM)
        second.wait(timeout=60)


def check(store: Store, provider: TwilioStandin, sending: set[str]) -> tuple[set[str], set[str]]:
    """Nothing lost; one extra copy at most, and only of what was sending; the report names it.
    Returns who was told twice, and whom the report names."""
    told = Counter(PEOPLE[m.to] for m in provider.messages if m.to in PEOPLE)
    kept = attempts(store)
    assert set(told) == set(PEOPLE.values()), "everybody was told"
    assert {a.contact for a in kept} >= set(PEOPLE.values())
    assert max(told.values()) <= 2
    originals = {a.id: a for a in kept if not a.copy_of}
    copies = Counter(a.copy_of for a in kept if a.copy_of)
    assert set(copies) <= sending, "only what was sending has a copy"
    assert set(copies.values()) <= {1}
    twice = {person for person, count in told.items() if count > 1}
    with store.read() as tx:
        pages = page_store.open_pages(tx)
        lines = journal_store.lines(tx)
        assert journal.verify(tx.key.read(lines=1), lines) == ()
    assert len({page.key for page in pages}) == len(pages)
    shown = report.after_action(pages, kept, {})
    named = {row.person for row in shown.rows if row.possible_duplicates}
    assert named == {originals[original].contact for original in copies}
    assert twice <= named, "the report says who may have been told twice"
    return twice, named


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_loses_nothing_and_asks_before_it_copies(
    point: str, store: tuple[Store, str], tmp_path: Path
) -> None:
    """The provider is asked for what was sending; only what it does not have is sent again."""
    opened, url = store
    with TwilioStandin() as provider:
        provider.behave(Behaviour(latency=LATENCY))
        sending = killed_while_paging(opened, url, tmp_path, provider, point)
        assert sending or point.endswith("before-commit 5")
        if point.startswith(("request", "answer")):
            assert len(sending) >= 100, "a hundred were in flight"
        provider.behave(Behaviour())
        settle(opened, url, tmp_path, provider)
        twice, _named = check(opened, provider, sending)
    assert twice == set(), "whoever can be asked need not be told twice"


def test_where_nobody_can_be_asked_each_in_flight_gets_one_copy_that_the_report_names(
    store: tuple[Store, str], tmp_path: Path
) -> None:
    """A duplicate beats a drowned village; the report says whose it is."""
    opened, url = store
    with TwilioStandin() as provider:
        provider.behave(Behaviour(latency=LATENCY))
        sending = killed_while_paging(opened, url, tmp_path, provider, "request 150")
        assert len(sending) >= 100
        provider.behave(Behaviour())
        settle(opened, url, tmp_path, provider, CANNOT_ASK="1")
        twice, named = check(opened, provider, sending)
    assert len(named) == len(sending)
    assert twice, "some of them had arrived"
