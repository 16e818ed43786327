"""The HTTP side: what a phone, a provider and a prober see."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import socket
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from fangxun.board import app as board
from fangxun.board.server import MOST_AT_ONCE, Server
from fangxun.core.errors import Refused
from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.page import How, PageState
from fangxun.engine import acts, cycle, dispatch, housekeep
from fangxun.engine.acts import Act
from fangxun.engine.parts import Parts
from fangxun.gateways import twilio
from fangxun.standin.twilio_lives import ACCOUNT, TOKEN
from fangxun.standin.twilio_server import TwilioStandin
from fangxun.store import inbox, journal
from fangxun.store import pages as page_store
from fangxun.store.base import open_store
from tests import beginnings

NOW = datetime(2026, 7, 20, 3, 0, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"
PUBLIC = "https://fangxun.example.test"


class Site:
    """An application over real parts, at a fixed instant."""

    def __init__(self, folder: Path, provider: TwilioStandin) -> None:
        self.provider = provider
        url = beginnings.in_force(folder, since=NOW)
        self.store = open_store(url, key_path=folder / beginnings.KEY)
        gateway = twilio.build(
            "twilio",
            {"account_sid": ACCOUNT, "auth_tokens": ["t"], "from_": "+8610000000900",
             "api_base": provider.url, "no_reply_prefixes": []},
            secret=lambda _name: TOKEN,
            public_base_url=PUBLIC,
        )  # fmt: skip
        tokens = iter(f"{number:032x}" for number in range(10_000))
        self.parts = Parts(
            store=self.store, feeds={}, gateways=(gateway,), token=lambda _bits: next(tokens),
            clock=lambda: NOW, link_base=PUBLIC,
        )  # fmt: skip
        self.heartbeat = folder / "heartbeat.json"
        app = board.build(self.parts, self.heartbeat, slowest=0.2)
        self.server = Server(app, host="127.0.0.1", port=0)
        self.server.start()
        retry = httpx.HTTPTransport(retries=5)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.server.port}", transport=retry)

    def page_one(self) -> str:
        """Page one person by hand of the town's officials; returns the link in his text."""
        acts.raise_by_hand(self.store, "nanjian", Level.ORANGE, act=Act("zhu-xiaoman", "rain", NOW))
        cycle.cycle(self.parts, now=NOW)
        dispatch.Dispatcher(self.parts).drain(now=NOW)
        with self.store.read() as tx:
            pages = page_store.open_pages(tx)
        self.page = next(p for p in pages if p.person == "jian-changming")
        person = next(p for p in beginnings.example().people if p.id == self.page.person)
        return link_in(self.provider, person.phones[0].number)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Site, TwilioStandin]]:
    with TwilioStandin() as provider:
        built = Site(tmp_path, provider)
        yield built, provider
        built.client.close()
        built.server.stop()
        built.store.close()


def link_in(provider: TwilioStandin, to: str) -> str:
    body = next(m.body for m in provider.messages if m.to == to)
    return "/c/" + body.split("/c/")[1][:32]


def test_looking_at_a_link_confirms_nothing_and_pressing_the_button_does(
    site: tuple[Site, TwilioStandin],
) -> None:
    """Phones and scanners fetch links; only the POST confirms, once, as the page's person."""
    built, _provider = site
    path = built.page_one()
    person = built.page.person
    for _ in range(3):
        seen = built.client.get(path)
        assert seen.status_code == 200
        assert "南涧镇" in seen.text
        assert "no-store" in seen.headers["cache-control"]
        assert seen.headers["referrer-policy"] == "no-referrer"
        assert seen.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in seen.headers["content-security-policy"]
    with built.store.read() as tx:
        assert page_store.get(tx, built.page.id).state is PageState.OPEN
    assert built.client.post(path).status_code == 200
    with built.store.read() as tx:
        after = page_store.get(tx, built.page.id)
    assert (after.state, after.how, after.confirmed_by) == (PageState.CONFIRMED, How.LINK, person)
    never = built.client.post("/c/" + "f" * 32)
    assert never.status_code == 404
    unit = next(u for u in beginnings.example().units if u.area == beginnings.example().root)
    assert f"tel:{unit.duty_phone}" in never.text, "whom to call instead"


def test_a_link_whose_page_ended_without_its_person_confirms_nothing(
    site: tuple[Site, TwilioStandin],
) -> None:
    """410 to look and to press: a newer raise has taken its place, and he has confirmed neither."""
    built, _provider = site
    path = built.page_one()
    acts.raise_by_hand(built.store, "nanjian", Level.RED, act=Act("zhu-xiaoman", "worse", NOW))
    cycle.cycle(built.parts, now=NOW)
    assert built.client.get(path).status_code == 410
    assert built.client.post(path).status_code == 410
    with built.store.read() as tx:
        assert page_store.get(tx, built.page.id).state is PageState.CLOSED


def test_a_confirmation_that_cannot_be_kept_says_so(
    site: tuple[Site, TwilioStandin], tmp_path: Path
) -> None:
    """503 and a sentence, never a page that looks like thanks; the page stays open."""
    built, _provider = site
    path = built.page_one()
    with sqlite3.connect(tmp_path / "fangxun.db") as other:
        other.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON page BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    answer = built.client.post(path)
    assert answer.status_code == 503
    assert "NOT" in answer.text
    with built.store.read() as tx:
        assert page_store.get(tx, built.page.id).state is PageState.OPEN


def test_a_body_that_comes_too_slowly_is_given_up(site: tuple[Site, TwilioStandin]) -> None:
    """Nobody can hold all connections with a byte now and then."""
    built, _provider = site
    with socket.create_connection(("127.0.0.1", built.server.port), timeout=10) as slow:
        slow.sendall(b"POST /callback/twilio/x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na")
        assert b" 408 " in slow.recv(4096)


def test_an_address_that_is_taken_is_refused_before_anything_starts(
    site: tuple[Site, TwilioStandin],
) -> None:
    """A daemon that cannot be called back must not look as if it ran."""
    built, _provider = site
    with pytest.raises(Refused, match=str(built.server.port)):
        Server(board.build(built.parts, built.heartbeat), host="127.0.0.1", port=built.server.port)


def test_a_stop_does_not_wait_for_a_client_that_dawdles(site: tuple[Site, TwilioStandin]) -> None:
    """It ends within its farewell, with half a request still open."""
    built, _provider = site
    address = ("127.0.0.1", built.server.port)
    with socket.create_connection(address, timeout=30) as slow:
        slow.sendall(b"GET /healthz HTTP/1.1\r\nHo")
        built.server.stop()
        assert slow.recv(10) == b""
    with pytest.raises(ConnectionRefusedError), socket.create_connection(address):
        pass


def test_a_callback_with_a_wrong_signature_is_refused_and_journalled(
    site: tuple[Site, TwilioStandin],
) -> None:
    """403 each, nothing in the inbox; one line in the journal for a flood of them, which could
    else fill the disk."""
    built, _provider = site
    for number in range(20):
        answer = built.client.post(
            "/callback/twilio/abc", content=f"MessageSid=SM{number}&MessageStatus=delivered",
            headers={"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": ""},
        )  # fmt: skip
        assert answer.status_code == 403
    with built.store.read() as tx:
        assert inbox.waiting(tx) == 0
        events = [line.entry.event for line in journal.lines(tx)]
    assert events.count(Event.CALLBACK_FORGED) == 1


def test_callbacks_for_gateways_that_we_do_not_have_are_journalled_as_forged_once(
    site: tuple[Site, TwilioStandin],
) -> None:
    """Whatever names are tried: one line for all of them, and not one for each."""
    built, _provider = site
    for number in range(20):
        assert built.client.post(f"/callback/nobody{number}/x").status_code == 403
    with built.store.read() as tx:
        lines = [line.entry for line in journal.lines(tx)]
    forged = [line for line in lines if line.event is Event.CALLBACK_FORGED]
    assert [line.reason for line in forged] == ["No gateway is named nobody0."]


def serving(site: Site, *, patience: int) -> tuple[Server, str]:
    """A second server over the same application; it answers when this returns, with its address."""
    server = Server(
        board.build(site.parts, site.heartbeat), host="127.0.0.1", port=0, patience=patience
    )
    server.start()
    url = f"http://127.0.0.1:{server.port}"
    with httpx.Client(transport=httpx.HTTPTransport(retries=5)) as starting:
        assert starting.get(f"{url}/healthz").status_code == 200
    return server, url


def test_more_connections_than_are_served_at_a_time_are_told_so(
    site: tuple[Site, TwilioStandin],
) -> None:
    """Held by as many as it serves, all silent, it tells the next that it is full."""
    built, _provider = site
    server, url = serving(built, patience=600)
    try:
        with contextlib.ExitStack() as held:
            for _ in range(MOST_AT_ONCE):
                held.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            assert httpx.get(f"{url}/healthz").status_code == 503
    finally:
        server.stop()


def test_connections_that_ask_nothing_end_and_keep_no_confirmation_out(
    site: tuple[Site, TwilioStandin],
) -> None:
    """As many as are served at a time: some silent, some with half a request, some between two. The
    confirmation that they keep out is let in when their time is over."""
    built, _provider = site
    path = built.page_one()
    begun = [b"", b"POST /c/x HTTP/1.1\r\nHo", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET"]
    server, url = serving(built, patience=2)
    try:
        with contextlib.ExitStack() as held:
            idle = []
            for number in range(MOST_AT_ONCE):
                one = held.enter_context(socket.create_connection(("127.0.0.1", server.port)))
                one.settimeout(60)
                one.sendall(begun[number % 3] if number < 60 else b"")
                idle.append(one)
            for one in idle:
                while one.recv(4096):
                    pass
            pressed = httpx.post(url + path)
        assert pressed.status_code == 200
    finally:
        server.stop()
    with built.store.read() as tx:
        assert page_store.get(tx, built.page.id).state is PageState.CONFIRMED


def test_a_signed_reply_is_stored_and_worked_off_by_the_next_cycle(
    site: tuple[Site, TwilioStandin],
) -> None:
    """The callback only stores a row; the cycle confirms the page."""
    built, _provider = site
    built.page_one()
    district = beginnings.example()
    number = next(p.phones[0].number for p in district.people if p.id == built.page.person)
    fields = {"MessageSid": "SM7", "SmsMessageSid": "SM7", "From": number, "To": "+8610000000900",
              "Body": "“1”。", "NumMedia": ""}  # fmt: skip
    path = "/callback/twilio/inbound"
    signed = PUBLIC + path + "".join(key + fields[key] for key in sorted(fields))
    signature = base64.b64encode(
        hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
    ).decode()
    answer = built.client.post(
        path, content=urlencode(fields),
        headers={"content-type": FORM, "x-twilio-signature": signature},
    )  # fmt: skip
    assert answer.status_code == 200
    with built.store.read() as tx:
        assert page_store.get(tx, built.page.id).state is PageState.OPEN
    cycle.cycle(built.parts, now=NOW + timedelta(seconds=5))
    with built.store.read() as tx:
        assert page_store.get(tx, built.page.id).state is PageState.CONFIRMED


def test_a_body_that_no_provider_sends_is_refused_unread(site: tuple[Site, TwilioStandin]) -> None:
    built, _provider = site
    assert built.client.post("/callback/twilio/x", content=b"a" * 100_000).status_code == 413


def test_ready_means_a_full_cycle_lately(site: tuple[Site, TwilioStandin]) -> None:
    """Alive is not ready: /readyz asks when the last whole cycle was."""
    built, _provider = site
    assert built.client.get("/healthz").status_code == 200
    assert built.client.get("/readyz").status_code == 503
    beat = housekeep.Heartbeat(NOW - timedelta(seconds=10), 1)
    housekeep.write_heartbeat(built.heartbeat, beat)
    assert built.client.get("/readyz").status_code == 200
    housekeep.write_heartbeat(built.heartbeat, replace(beat, at=NOW - timedelta(minutes=5)))
    assert built.client.get("/readyz").status_code == 503
