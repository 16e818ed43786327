"""The first raise after a start costs no more than the second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import CacheStats

from fangxun import clock
from fangxun.core.level import Level
from fangxun.core.plan import Channel
from fangxun.engine import acts, assess, respond
from fangxun.engine.acts import Act
from fangxun.engine.parts import Parts
from fangxun.engine.view import Lookout
from fangxun.engine.warm_up import warm_up
from fangxun.store import incidents, journal, outbox, pages
from fangxun.store.base import Store, open_store
from tests import beginnings
from tests.scenario.room import Phones

NOW = datetime(2026, 7, 12, 19, 0, tzinfo=UTC)


@pytest.fixture
def store(migrated_url: str, tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(migrated_url, key_path=tmp_path / "key", durable=False)) as opened:
        yield opened


def _parts(store: Store) -> Parts:
    gateways = (Phones("sms", [Channel.SMS]), Phones("console", [Channel.CONSOLE], two_way=False))
    return Parts(
        store=store, feeds={}, gateways=gateways, token=clock.token, clock=lambda: NOW,
        lookout=Lookout(),
    )  # fmt: skip


def test_nothing_of_it_is_kept_or_sent(store: Store) -> None:
    """Nobody is paged, and nobody reads of it, because a daemon has started."""
    act = Act("admin", "test", NOW)
    acts.apply_district(store, beginnings.example(), act=act)
    parts = _parts(store)
    with store.read() as tx:
        before = list(journal.lines(tx))
    warm_up(parts, now=NOW)  # a fault of it would only be logged by the daemon
    with store.read() as tx:
        assert list(journal.lines(tx)) == before
        assert incidents.list_all(tx) == []
        assert pages.latest(tx) == []
        assert outbox.of_page(tx, range(-5, 20)) == []
    for gateway in parts.gateways:
        assert isinstance(gateway, Phones)
        assert gateway.taken == []


def test_without_a_district_there_is_nothing_to_do(store: Store) -> None:
    """A daemon that starts before the first apply starts."""
    warm_up(_parts(store), now=NOW)


def test_the_first_raise_then_words_no_insert_anew(store: Store) -> None:
    """What costs a millisecond a statement has been paid for when people wait to be woken."""
    act = Act("zhu-xiaoman", "test", NOW)
    acts.apply_district(store, beginnings.example(), act=act)
    parts = _parts(store)
    warm_up(parts, now=NOW)
    acts.raise_by_hand(store, "shangyun", Level.RED, act=act)
    fresh = replace(parts, lookout=Lookout())
    anew: list[str] = []

    def note(
        _connection: object,
        _cursor: object,
        sql: str,
        _parameters: object,
        context: Any,
        _many: bool,
    ) -> None:
        if context.cache_hit in {CacheStats.CACHE_MISS, CacheStats.NO_CACHE_KEY}:
            anew.append(sql)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assess.assess(fresh, now=NOW)
        respond.respond(fresh, now=NOW)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    with store.read() as tx:
        assert len(pages.latest(tx)) > 2
    inserts = [sql for sql in anew if sql.startswith("INSERT")]
    assert [sql for sql in inserts if "INTO response" not in sql] == []  # proposed after the pages
