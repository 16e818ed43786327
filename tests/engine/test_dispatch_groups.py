"""The dispatcher's groups: what a gateway that answers at once is given next."""

from __future__ import annotations

from pathlib import Path

from fangxun import clock
from fangxun.core.level import Level
from fangxun.core.plan import Channel
from fangxun.engine import acts, cycle
from fangxun.engine.acts import Act
from fangxun.engine.dispatch import AHEAD, Dispatcher
from fangxun.engine.parts import Parts
from fangxun.gateways.base import Abilities, Accepted, OneWay, Order, Outcome
from fangxun.store.base import migrate, open_store
from tests import crowd

IN_FLIGHT = 10
LANE = IN_FLIGHT + AHEAD


class Instant(OneWay):
    """Takes everything before its caller can look up."""

    name = "instant"
    abilities = Abilities(channels=frozenset({Channel.SMS}), receipts=False, real=False)

    def send(self, order: Order) -> Outcome:
        return Accepted(order.attempt)

    def check(self) -> str:
        return ""


def test_a_gateway_that_answers_at_once_gets_its_next_group_with_the_commit_that_keeps_the_last(
    tmp_path: Path,
) -> None:
    """Else nothing is out after that commit, nothing wakes the dispatcher, and the rest waits."""
    url = f"sqlite:///{tmp_path / 'fangxun.db'}"
    migrate(url)
    store = open_store(url, key_path=tmp_path / "journal.key")
    parts = Parts(
        store=store, feeds={}, gateways=(Instant(),), token=clock.token, clock=clock.now,
        in_flight=IN_FLIGHT,
    )  # fmt: skip
    act = Act("zhu-xiaoman", "the dam keeper phoned", clock.now())
    acts.apply_district(store, crowd.district(2 * LANE), act=act)
    acts.raise_by_hand(store, crowd.PLACE, Level.RED, act=act)
    cycle.cycle(parts, now=clock.now())
    dispatcher = Dispatcher(parts)
    assert dispatcher.turn(now=clock.now()) == LANE
    assert dispatcher.turn(now=clock.now()) == 2 * LANE
    dispatcher.drain(now=clock.now())
    assert dispatcher.idle
    store.close()
