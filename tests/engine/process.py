"""A daemon in a process of its own, over a crowd's district, for tests that kill it."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from fangxun import clock
from fangxun.engine.daemon import Daemon
from fangxun.engine.parts import Parts
from fangxun.gateways import twilio
from fangxun.standin.twilio_lives import ACCOUNT, TOKEN
from fangxun.store.base import open_store


def main(url: str, key: str, port: str, state: str) -> None:
    """Run until told to stop."""
    logging.disable(logging.WARNING)
    store = open_store(url, key_path=Path(key))
    gateway = twilio.build(
        "twilio",
        {
            "account_sid": ACCOUNT,
            "auth_tokens": ["token"],
            "from_": "+8610000000900",
            "api_base": f"http://127.0.0.1:{port}",
            "no_reply_prefixes": [],
        },
        secret=lambda _name: TOKEN,
        public_base_url="",
    )
    parts = Parts(
        store=store,
        feeds={},
        gateways=(gateway,),
        token=clock.token,
        clock=clock.now,
        in_flight=100,
    )
    Daemon(
        parts=parts,
        monotonic=clock.monotonic,
        heartbeat=Path(state) / "heartbeat.json",
        environ=os.environ,
        tick=1.0,
    ).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
