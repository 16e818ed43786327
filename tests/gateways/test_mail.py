"""Notices by e-mail: what a mail server says, and what may stand in a message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fangxun.core.errors import ConfigFault
from fangxun.core.page import AttemptState, Blame
from fangxun.core.plan import Channel
from fangxun.gateways import mail
from fangxun.gateways.base import Accepted, NotSent, Refused
from fangxun.standin.mail_server import USER
from fangxun.standin.misbehaviour import Answer, Behaviour
from tests.gateways.harness import letter, mail_rig, secret


def test_what_was_taken_is_sent_and_never_delivered() -> None:
    """Its Message-ID is our attempt's, by which mail systems know a repeat."""
    with mail_rig() as rig:
        sent = rig.gateway.send(letter(7, text="第一行\n第二行 & <三>"))
        assert sent == Accepted(f"{7:016x}", AttemptState.SENT)
        (taken,) = rig.standin.letters
    assert taken.text == "第一行\n第二行 & <三>"
    assert taken.subject == "第一行 第二行 & <三>"
    assert (taken.sender, taken.to) == ("duty@yunxi.example", "p007@yunxi.example")
    assert taken.id == f"<{7:016x}@yunxi.example>"


def test_it_serves_notices_only_and_says_so() -> None:
    with mail_rig() as rig:
        found = rig.gateway.abilities
    assert found.channels == {Channel.EMAIL}
    assert {found.two_way, found.codes, found.receipts, found.can_ask, found.real} == {False}
    assert found.serves(Channel.EMAIL, "p001@yunxi.example")


def test_a_login_that_is_refused_is_the_gateway_s_fault() -> None:
    with mail_rig(login=True, user=USER, password="env:MAIL_OLD") as rig:  # noqa: S106  its name
        refused = rig.gateway.send(letter())
        assert isinstance(refused, Refused)
        assert (refused.code, refused.blame) == ("535", Blame.GATEWAY)
        assert "535" in rig.gateway.check()
        assert rig.standin.begun == 0


def test_a_login_that_is_taken_lets_the_letter_through() -> None:
    with mail_rig(login=True, user=USER, password="env:MAIL") as rig:  # noqa: S106  its name
        assert isinstance(rig.gateway.send(letter()), Accepted)
        assert rig.gateway.check() == ""


def test_a_server_that_wants_a_login_and_gets_none_refuses_us() -> None:
    with mail_rig(login=True) as rig:
        refused = rig.gateway.send(letter())
    assert isinstance(refused, Refused)
    assert (refused.code, refused.blame) == ("530", Blame.GATEWAY)


def test_a_mailbox_that_is_full_for_now_is_tried_again() -> None:
    """4xx is temporary, whatever it is about."""
    with mail_rig() as rig:
        rig.standin.once(Behaviour(answer=Answer.REFUSED, error=452))
        assert rig.gateway.send(letter()) == NotSent("452", "no such user p001@yunxi.example")


@pytest.mark.parametrize(
    "address",
    ["", "a@b", "a b@c.cn", "a@c.cn\r\nBcc: x@y.cn", "<a@c.cn>", "值班@c.cn", "a@c.cn,b@c.cn"],
)
def test_an_address_that_could_break_a_header_is_refused_before_any_connection(
    address: str,
) -> None:
    with mail_rig() as rig:
        refused = rig.gateway.send(replace(letter(), number=address))
        assert isinstance(refused, Refused)
        assert refused.blame is Blame.NUMBER
        assert rig.standin.begun == 0


def test_a_real_server_is_given_no_address_of_an_example() -> None:
    """No connection is made: a socket to anywhere but loopback would fail the test."""
    settings = {"host": "smtp.yunxi.example", "from": "duty@yunxi.example"}
    gateway = mail.build("mail", settings, secret=secret)
    assert gateway.abilities.real
    for address in ("p001@yunxi.example", "a@example.com", "a@mail.test"):
        refused = gateway.send(replace(letter(), number=address))
        assert isinstance(refused, Refused)
        assert refused.code == "fictional-address"


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "smtp.yunxi.example", "security": "none"},
        {"from": "duty room"},
        {"port": "many"},
        {"colour": "red"},
    ],
)
def test_settings_that_cannot_be_are_faults_that_name_the_field(wrong: dict[str, str]) -> None:
    good = {"host": "127.0.0.1", "from": "duty@yunxi.example"}
    with pytest.raises(ConfigFault, match=r"security|from|port|colour"):
        mail.build("mail", {**good, **wrong}, secret=secret)
