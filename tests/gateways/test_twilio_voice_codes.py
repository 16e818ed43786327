"""What a call can meet, by Twilio's codes, the network's SIP answers and the call's own status: the
class and the blame of each, as the table has them."""

from __future__ import annotations

import csv
from dataclasses import replace
from importlib import resources

import pytest

from fangxun.core.page import AttemptState, Blame
from fangxun.gateways.base import InDoubt, NotSent, Outcome, Refused
from fangxun.gateways.twilio.calls import STATES, receipt
from fangxun.gateways.twilio.codes import outcome, read_codes
from fangxun.standin.misbehaviour import Answer, Behaviour, Pick
from tests.gateways.harness import Rig

NONE, NUMBER, GATEWAY, TEXT = Blame.NONE, Blame.NUMBER, Blame.GATEWAY, Blame.TEXT

AT_THE_REQUEST = {
    "13223": NUMBER, "13224": NONE, "13225": NUMBER, "13226": NUMBER, "13227": GATEWAY,
    "21201": NUMBER, "21202": NUMBER, "21203": GATEWAY, "21205": TEXT, "21210": GATEWAY,
    "21211": NUMBER, "21212": GATEWAY, "21213": GATEWAY, "21214": NUMBER, "21215": GATEWAY,
    "21216": NONE, "21217": NUMBER, "21218": GATEWAY, "21219": GATEWAY, "32101": NUMBER,
    "32205": GATEWAY, "10001": GATEWAY, "10005": GATEWAY, "20003": GATEWAY, "573002": GATEWAY,
    "573005": GATEWAY,
}  # fmt: skip
"""Refused for good. 13224 is also what Twilio says where a network is down: no number is struck off
for it."""
LATER = ("10004", "20429", "32006", "32011", "32500", "34002")
"""Certainly not placed; the same again may be."""

BY_THE_NETWORK = {
    **dict.fromkeys(("404", "410", "484", "604"), NUMBER),
    **dict.fromkeys(
        ("403", "408", "480", "486", "488", "500", "502", "503", "504", "600", "603", "607", "608"),
        NONE,
    ),
}
"""SIP answers: a number is to blame only where the network says that there is none."""


@pytest.mark.parametrize(("code", "blame"), AT_THE_REQUEST.items())
def test_a_refusal_at_the_request_is_final_and_says_whose_fault_it_is(
    code: str, blame: Blame
) -> None:
    found = outcome(read_codes(), 400, code, "")
    assert isinstance(found, Refused)
    assert (found.code, found.blame) == (code, blame)


@pytest.mark.parametrize("code", LATER)
def test_what_was_not_placed_this_time_is_tried_again(code: str) -> None:
    assert isinstance(outcome(read_codes(), 400, code, ""), NotSent)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, Refused("32999", "", NONE)), (403, Refused("32999", "", GATEWAY)),
        (404, Refused("32999", "", GATEWAY)), (429, NotSent("32999", "")), (500, InDoubt("")),
        (503, InDoubt("")),
    ],
)  # fmt: skip
def test_an_unknown_code_falls_by_the_http_status(status: int, expected: Outcome) -> None:
    found = outcome(read_codes(), status, "32999", "")
    assert type(found) is type(expected)
    if isinstance(found, Refused):
        assert replace(found, detail="") == expected


@pytest.mark.parametrize(("sip", "blame"), BY_THE_NETWORK.items())
def test_what_the_network_says_of_a_call_blames_a_number_only_where_there_is_none(
    calling: Rig, sip: str, blame: Blame
) -> None:
    calling.standin.once(Behaviour(pick=Pick.FAILED, sip=int(sip)))
    sent = calling.gateway.send(calling.order())
    last = calling.receipts(sent.provider_id)[-1]
    assert (last.state, last.code, last.blame) == (AttemptState.FAILED, f"sip-{sip}", blame)


@pytest.mark.parametrize("status", [s for s, state in STATES.items() if state.value.endswith("ed")])
def test_every_end_of_a_call_has_a_line_in_the_table(status: str) -> None:
    """Also one of which nothing more is said; an unknown SIP answer falls back on it."""
    codes = read_codes()
    for code in ("", "sip-499"):
        found = receipt("a", "CA1", status, codes=codes, code=code)
        assert found is not None
        if found.state in {AttemptState.UNDELIVERED, AttemptState.FAILED}:
            assert found.code in codes
            assert found.blame is NONE


def test_a_call_that_is_refused_for_good_is_told_so_over_the_wire(calling: Rig) -> None:
    calling.standin.once(Behaviour(answer=Answer.REFUSED, error=21215))
    found = calling.gateway.send(calling.order())
    assert isinstance(found, Refused)
    assert (found.code, found.blame) == ("21215", GATEWAY)


def test_every_line_of_the_table_says_where_it_is_from() -> None:
    """page: read on Twilio's page of that code; list: known from its dictionary's list alone."""
    table = resources.files("fangxun.gateways.twilio").joinpath("errors.csv").read_text("utf-8")
    sources = {row["code"]: row["source"] for row in csv.DictReader(table.splitlines())}
    assert set(sources.values()) == {
        "page", "list", "ours", "status of a call", "RFC 3261", "RFC 8197", "RFC 8688",
    }  # fmt: skip
    for code, source in sources.items():
        assert source.startswith("RFC") is code.startswith("sip-")
