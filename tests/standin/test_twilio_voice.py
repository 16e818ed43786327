"""The stand-in's calls: what Twilio does with TwiML, keys and events, also with a bad one."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import httpx
import pytest

from fangxun.standin import __main__ as trial
from fangxun.standin.http1 import Reply, Request
from fangxun.standin.misbehaviour import Behaviour, Pick
from fangxun.standin.server import LoopbackServer
from fangxun.standin.twilio_calls import Call
from fangxun.standin.twilio_lives import ACCOUNT, TOKEN
from fangxun.standin.twilio_messages import signature
from fangxun.standin.twilio_server import TwilioStandin

TO, FROM = "+8610000000101", "+8610000000900"
LOGIN = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


class Customer:
    """The server that answers what comes next in a call."""

    def __init__(self) -> None:
        self.came: list[Request] = []
        self.answers: dict[str, Reply] = {}
        self.server = LoopbackServer(self._handle)

    def _handle(self, request: Request) -> Reply:
        self.came.append(request)
        return self.answers.get(request.path, Reply(404))

    def says(self, path: str, verbs: str) -> str:
        """TwiML at a path; its URL."""
        body = f"<Response>{verbs}</Response>".encode()
        self.answers[path] = Reply(200, body, "text/xml")
        return f"{self.server.url}{path}"


@contextmanager
def both() -> Iterator[tuple[TwilioStandin, Customer]]:
    customer = Customer()
    with TwilioStandin() as standin, customer.server:
        yield standin, customer


@pytest.fixture
def two() -> Iterator[tuple[TwilioStandin, Customer]]:
    with both() as made:
        yield made


def place(standin: TwilioStandin, **fields: object) -> Call:
    """One call by hand, to its end."""
    form = {"To": TO, "From": FROM, **fields}
    answer = httpx.post(
        f"{standin.url}/2010-04-01/Accounts/{ACCOUNT}/Calls.json",
        content=urlencode(form, doseq=True),
        headers={"Authorization": f"Basic {LOGIN}"},
    )
    assert answer.status_code == 201, answer.text
    assert standin.settled()
    return standin.calls[-1]


def test_a_key_cuts_off_what_is_said_inside_gather(two: tuple[TwilioStandin, Customer]) -> None:
    """Whoever put the message there would count keys of people who have not heard it."""
    standin, customer = two
    done = customer.says("/done", "<Say>ok</Say>")
    standin.once(Behaviour(pick=Pick.EARLY))
    call = place(
        standin, Twiml=f'<Response><Gather action="{done}"><Say>rain</Say></Gather></Response>'
    )
    assert (call.keys, [text for _, text in call.heard]) == ("1", ["ok"])


def test_a_key_outside_gather_is_lost(two: tuple[TwilioStandin, Customer]) -> None:
    standin, customer = two
    done = customer.says("/done", "<Say>ok</Say>")
    standin.once(Behaviour(pick=Pick.EARLY))
    gather = f'<Gather action="{done}"><Say>press</Say></Gather>'
    call = place(standin, Twiml=f"<Response><Say>rain</Say>{gather}</Response>")
    assert (call.keys, call.missed, customer.came) == ("", "1", [])


def test_what_comes_next_is_fetched_with_a_signed_form(
    two: tuple[TwilioStandin, Customer],
) -> None:
    standin, customer = two
    again = customer.says("/again", "<Say>second</Say><Hangup/><Say>never</Say>")
    url = customer.says(
        "/voice?x=1".partition("?")[0], f"<Say>first</Say><Redirect>{again}</Redirect>"
    )
    call = place(standin, Url=f"{url}?x=1")
    assert [text for _, text in call.heard] == ["first", "second"]
    first = customer.came[0]
    expected = signature(TOKEN, f"{url}?x=1", first.form)
    assert first.headers["x-twilio-signature"] == expected
    assert (first.form["CallSid"], first.form["CallStatus"]) == (call.sid, "in-progress")


@pytest.mark.parametrize("answer", [Reply(500), Reply(200, b"<Response>"), Reply(200, b"hello")])
def test_an_answer_that_is_no_twiml_ends_the_call(answer: Reply) -> None:
    with both() as (standin, customer):
        customer.answers["/key"] = answer
        gather = f'<Gather action="{customer.server.url}/key"><Say>press</Say></Gather>'
        call = place(standin, Twiml=f"<Response>{gather}<Say>never</Say></Response>")
        assert call.status == "completed"
        assert [text for _, text in call.heard] == ["press"]


def test_twiml_that_leads_to_itself_ends(two: tuple[TwilioStandin, Customer]) -> None:
    standin, customer = two
    url = f"{customer.server.url}/loop"
    customer.says("/loop", f"<Redirect>{url}</Redirect>")
    assert place(standin, Url=url).status == "completed"


def test_only_the_events_that_were_asked_for_are_told(two: tuple[TwilioStandin, Customer]) -> None:
    standin, customer = two
    customer.answers["/status"] = Reply(200)
    status = f"{customer.server.url}/status"
    twiml = "<Response><Say>rain</Say></Response>"
    place(standin, Twiml=twiml, StatusCallback=status)
    assert [r.form["CallStatus"] for r in customer.came] == ["completed"]
    customer.came.clear()
    place(standin, Twiml=twiml, StatusCallback=status, StatusCallbackEvent=["ringing", "answered"])
    assert [r.form["CallStatus"] for r in customer.came] == ["ringing", "in-progress"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"To": ""}, 21201),
        ({"To": "10000"}, 21211),
        ({"From": ""}, 21213),
        ({"Twiml": ""}, 21205),
        ({"Twiml": "x" * 4001}, 21205),
    ],
)
def test_what_twilio_refuses_of_a_call(
    two: tuple[TwilioStandin, Customer], fields: dict[str, str], code: int
) -> None:
    standin, _ = two
    form = {"To": TO, "From": FROM, "Twiml": "<Response/>", **fields}
    answer = httpx.post(
        f"{standin.url}/2010-04-01/Accounts/{ACCOUNT}/Calls.json",
        data=form, headers={"Authorization": f"Basic {LOGIN}"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert standin.calls == []


def test_a_key_pressed_by_hand_counts_while_it_is_asked_for(
    two: tuple[TwilioStandin, Customer], capsys: pytest.CaptureFixture[str]
) -> None:
    """As whoever tries Fangxun does it: too early it is lost, then it is taken."""
    standin, customer = two
    standin.behave(Behaviour(pick=Pick.BY_HAND))
    done = customer.says("/done", "<Say>kept</Say>")
    gather = f'<Gather action="{done}" timeout="20"><Say>press</Say></Gather>'
    port = standin.url.rpartition(":")[2]
    press = ["--provider-port", port, "press", TO, "1"]
    assert trial.main(press) == 1
    httpx.post(
        f"{standin.url}/2010-04-01/Accounts/{ACCOUNT}/Calls.json",
        data={"To": TO, "From": FROM, "Twiml": f"<Response>{gather}</Response>"},
        headers={"Authorization": f"Basic {LOGIN}"},
    )
    assert any(trial.main(press) == 0 for _ in range(1000))
    assert standin.settled()
    assert standin.calls[-1].heard[-1] == ("", "kept")
    assert "no call asks for one" in capsys.readouterr().out
