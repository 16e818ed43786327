"""A call from the ladder to the key, over real sockets: Twilio's SDK, a stand-in, the board."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fangxun.board import app as board
from fangxun.board.server import Server
from fangxun.core.page import How, Page, PageState
from fangxun.core.plan import Channel, Contact, Ladder, Step
from fangxun.engine import acts, cycle, dispatch
from fangxun.engine.acts import Act
from fangxun.engine.parts import Parts
from fangxun.gateways import twilio
from fangxun.standin.misbehaviour import Behaviour, Pick
from fangxun.standin.twilio_lives import ACCOUNT, TOKEN, Account
from fangxun.standin.twilio_server import NUMBER, TwilioStandin
from fangxun.store import pages as page_store
from fangxun.store.base import open_store
from tests import beginnings
from tests.engine.process import closed_port

NOW = datetime(2026, 7, 20, 19, 0, tzinfo=UTC)
PUBLIC = "https://fangxun.example.test"
MINUTE = timedelta(minutes=1)
KEPT = "您的确认已经记录。"


class Site:
    """The daemon's parts at a fixed instant, with the board that Twilio calls back."""

    def __init__(self, folder: Path, provider: TwilioStandin, port: int) -> None:
        self.provider = provider
        url = beginnings.database(folder / "fangxun.db")
        self.store = open_store(url, key_path=folder / "journal.key")
        self.gateway = twilio.build(
            "twilio",
            {"account_sid": ACCOUNT, "auth_tokens": ["t"], "from_": NUMBER, "voice_from": NUMBER,
             "voice_closed_prefixes": [], "api_base": provider.url, "no_reply_prefixes": []},
            secret=lambda _name: TOKEN,
            public_base_url=PUBLIC,
        )  # fmt: skip
        tokens = iter(f"{number:032x}" for number in range(10_000))
        self.parts = Parts(
            store=self.store, feeds={}, gateways=(self.gateway,), token=lambda _bits: next(tokens),
            clock=lambda: NOW,
        )  # fmt: skip
        self.server = Server(
            board.build(self.parts, folder / "heartbeat.json"), host="127.0.0.1", port=port
        )
        self.server.start()
        district = beginnings.example()
        steps = (
            Step(Contact.PERSON, Channel.VOICE, 1, MINUTE),
            Step(Contact.PERSON, Channel.SMS, 1, MINUTE),
        )
        levels = tuple(replace(level, ladder=Ladder(steps)) for level in district.plan.levels)
        district = replace(district, plan=replace(district.plan, levels=levels))
        acts.apply_district(self.store, district, act=Act("admin", "test", NOW))

    def called(self, behaviour: Behaviour) -> Page:
        """Page one person; his page once the call has ended and its events are worked off."""
        self.provider.once(behaviour)
        act = Act("zhu-xiaoman", "rain", NOW)
        sent = acts.send_page(self.store, "jian-changming", "江边塌方，请到场", act=act)
        dispatcher = dispatch.Dispatcher(self.parts)
        cycle.cycle(self.parts, now=NOW)
        dispatcher.drain(now=NOW)
        assert self.provider.settled()
        cycle.cycle(self.parts, now=NOW)
        dispatcher.drain(now=NOW)
        with self.store.read() as tx:
            return page_store.get(tx, sent.id)

    @property
    def heard(self) -> list[str]:
        """What was said in the call, to the person."""
        return [text for _, text in self.provider.calls[-1].heard]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    port = closed_port()
    with TwilioStandin(Account(deliver_to=f"http://127.0.0.1:{port}")) as provider:
        built = Site(tmp_path, provider, port)
        yield built
        provider.settled(1)
        built.server.stop()
        built.gateway.close()
        built.store.close()


def test_a_key_after_the_message_confirms_the_page_and_the_caller_is_told_so(site: Site) -> None:
    page = site.called(Behaviour(pick=Pick.PRESSES))
    assert (page.state, page.how) == (PageState.CONFIRMED, How.KEY_PRESS)
    assert page.confirmed_by == "jian-changming"
    assert site.heard == ["这里是云溪防汛。江边塌方，请到场。", "确认请按1。", KEPT]
    assert site.provider.messages == []


@pytest.mark.parametrize("pick", [Pick.EARLY, Pick.VOICEMAIL, Pick.SILENT, Pick.BUSY])
def test_whatever_else_a_call_comes_to_the_next_step_leaves_at_once(site: Site, pick: Pick) -> None:
    page = site.called(Behaviour(pick=pick))
    assert page.state is PageState.OPEN
    (message,) = site.provider.messages
    assert "江边塌方" in message.body


def test_what_could_not_be_kept_is_not_said_to_be(site: Site, tmp_path: Path) -> None:
    """The disk is full when the key is pressed: the call ends without a false promise."""
    with sqlite3.connect(tmp_path / "fangxun.db") as other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    page = site.called(Behaviour(pick=Pick.PRESSES))
    assert page.state is PageState.OPEN
    assert site.provider.calls[-1].keys == "1"
    assert KEPT not in site.heard
