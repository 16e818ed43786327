"""Both stand-ins that `fangxun init --demo` is configured for, and a phone to answer with.

    python -m fangxun.standin                              the storm and the provider, until Ctrl-C
    python -m fangxun.standin reply +8610000000143 收到     a text from that phone
    python -m fangxun.standin press +8610000000143 1        a key, on a call that asks for one

The feed shows a red rainstorm warning for one town, in the national shape and stamped to now, and
a gauge whose last hour ended at the full hour. Each text that reaches the provider is printed, and
what is said on each call: it is answered at once, and a key counts once the call asks for it.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import httpx

from fangxun import clock
from fangxun.standin.feed_documents import Warned
from fangxun.standin.feed_server import FeedServer
from fangxun.standin.misbehaviour import Behaviour, Pick
from fangxun.standin.twilio_lives import Account
from fangxun.standin.twilio_server import BY_HAND_SPEECH, TwilioStandin

FEED_PORT = 8901
PROVIDER_PORT = 8902
DAEMON = "http://127.0.0.1:8787"
INBOUND = "/callback/twilio/inbound"
"""As in the configuration that `init --demo` writes."""
LOOK = 0.2
"""Seconds between looks at what has come."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; or send one reply."""
    parser = argparse.ArgumentParser(
        prog="python -m fangxun.standin",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--feed-port", type=int, default=FEED_PORT)
    parser.add_argument("--provider-port", type=int, default=PROVIDER_PORT)
    parser.add_argument("--daemon", default=DAEMON, help="its public_base_url")
    parser.add_argument("--geocode", default="999901101000", help="warn for this division code")
    parser.add_argument("--area", default="上云镇", help="the name of that division")
    parser.add_argument("--gauge", default="yx02")
    parser.add_argument("--rain", default="0,3,24,83", help="mm of the last hours, oldest first")
    verbs = parser.add_subparsers(dest="verb")
    reply = verbs.add_parser("reply", help="text the provider as a phone would")
    reply.add_argument("number")
    reply.add_argument("text")
    press = verbs.add_parser("press", help="press a key on a call, as its receiver would")
    press.add_argument("number")
    press.add_argument("key")
    given = parser.parse_args(arguments)
    if given.verb == "reply":
        return _reply(given)
    return _press(given) if given.verb == "press" else _serve(given)


def _reply(given: argparse.Namespace) -> int:
    """One text comes in at the stand-in provider; it never leaves this machine."""
    if _asked(given, "inbound", {"From": given.number, "Body": given.text}) is None:
        return 1
    sys.stdout.write(f"{given.number} texted {given.text!r}\n")
    return 0


def _press(given: argparse.Namespace) -> int:
    """One key on the newest call to a number."""
    answer = _asked(given, "press", {"To": given.number, "Digits": given.key})
    if answer is None:
        return 1
    taken = bool(answer.json()["taken"])
    note = "" if taken else ": no call asks for one just now"
    sys.stdout.write(f"{given.number} pressed {given.key}{note}\n")
    return 0 if taken else 1


def _asked(given: argparse.Namespace, what: str, data: dict[str, str]) -> httpx.Response | None:
    """The stand-in's answer; None, and a word on what to do, where it does not run."""
    url = f"http://127.0.0.1:{given.provider_port}/standin/{what}"
    try:
        with httpx.Client(trust_env=False) as web:
            answer = web.post(url, data=data)
            answer.raise_for_status()
    except httpx.HTTPError as error:
        sys.stderr.write(f"{url}: {error}; start it with: python -m fangxun.standin\n")
        return None
    return answer


def _serve(given: argparse.Namespace) -> int:
    now = clock.now()
    amounts = [float(amount) for amount in given.rain.split(",")]
    account = Account(inbound_url=given.daemon + INBOUND)
    provider = TwilioStandin(account, port=given.provider_port)
    provider.behave(Behaviour(pick=Pick.BY_HAND, speech=BY_HAND_SPEECH))
    with FeedServer(port=given.feed_port) as feed, provider:
        stamp = now.strftime("%Y%m%d%H%M%S")
        feed.warn(Warned(f"standin_{stamp}", given.geocode, now, given.area))
        feed.rain_until(given.gauge, _hour(now), amounts)
        sys.stdout.write(f"feed {feed.index_url} {feed.gauges_url}\nprovider {provider.url}\n")
        sys.stdout.flush()
        _show(provider)
    return 0


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def _show(provider: TwilioStandin) -> None:
    """Print each message, and each sentence of a call, once, until interrupted."""
    shown, heard, never = 0, Counter[str](), threading.Event()
    with suppress(KeyboardInterrupt):
        while not never.wait(LOOK):
            for message in provider.messages[shown:]:
                inbound = message.direction == "inbound"
                way = f"{message.from_} >" if inbound else f"> {message.to}"
                sys.stdout.write(f"{way}  {message.body}\n")
                shown += 1
            for call in list(provider.calls):
                for _language, text in call.heard[heard[call.sid] :]:
                    sys.stdout.write(f"> {call.to} (call)  {text}\n")
                    heard[call.sid] += 1
            sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
