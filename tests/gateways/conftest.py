"""Every gateway in turn, beside the server that plays its vendor."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from tests.gateways.harness import Rig, http_rig, mail_rig, twilio_rig, voice_rig

RIGS = {
    "twilio by polling": twilio_rig,
    "twilio by callback": partial(twilio_rig, callbacks=True),
    "twilio calls": voice_rig,
    "platform by polling": http_rig,
    "platform by callback": partial(http_rig, callbacks=True),
    "e-mail": mail_rig,
}


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """A gateway that sends over HTTP, with its stand-in."""
    with RIGS[request.param]() as made:
        yield made


TELLING = [name for name in RIGS if name != "e-mail"]
"""Those that tell later what became of a message."""


@pytest.fixture(params=TELLING)
def telling(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """One that tells later what became of a message."""
    with RIGS[request.param]() as made:
        yield made


@pytest.fixture(params=[name for name in TELLING if "calls" not in name])
def texting(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """One that sends texts."""
    with RIGS[request.param]() as made:
        yield made


@pytest.fixture
def calling() -> Iterator[Rig]:
    """Twilio, which places calls and brings keys back."""
    with voice_rig() as made:
        yield made


@pytest.fixture
def tw() -> Iterator[Rig]:
    """Twilio, asked for everything."""
    with twilio_rig() as made:
        yield made


@pytest.fixture
def tw_callbacks() -> Iterator[Rig]:
    """Twilio, which calls back over the public URL."""
    with twilio_rig(callbacks=True) as made:
        yield made
