"""A daemon whose gateway has a rate: its own threads wake for the next token, and no sooner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from fangxun import clock
from fangxun.core.level import Level
from fangxun.core.rate import Limit
from fangxun.engine import acts
from fangxun.engine.parts import Rates
from fangxun.gateways.base import Order, Outcome
from tests.engine.process import until
from tests.engine.test_daemon import House

LIMIT = Limit(20, 2)


@pytest.fixture
def house(tmp_path: Path, sqlite_template: Path) -> Iterator[House]:
    """Its gateway takes twenty a second, two at once."""
    built = House(tmp_path, sqlite_template)
    built.daemon.parts = replace(built.daemon.parts, rates={"sms": Rates(whole=LIMIT)})
    yield built
    built.store.free.set()
    built.opened.close()
    built.systemd.close()


def test_all_of_a_raise_leaves_and_no_faster_than_the_rate(house: House) -> None:
    """However late its threads run, the last one does not come before its token."""
    good = house.sms.answer
    asked: list[datetime] = []

    def answer(order: Order) -> Outcome:
        asked.append(clock.now())
        return good(order)

    house.sms.answer = answer
    house.daemon.start()
    begun = clock.now()
    acts.raise_by_hand(house.opened, "nanjian", Level.RED, act=house.by())
    until(lambda: len(asked) >= 8, "everybody was told")
    house.stop()
    least = timedelta(seconds=(len(asked) - LIMIT.burst) / LIMIT.per_second)
    assert max(asked) - begun >= least
    assert len({order.number for order in house.sms.taken}) == len(asked)
