"""The only reader of the wall clock, and of anything else that is not given."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds that never step; only differences mean anything. On Linux they stand still while the
    machine is suspended."""
    return time.monotonic()


def elapsed() -> float:
    """The same, and they go on while the machine is suspended, as the wall clock does."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def token(bits: int = 128) -> str:
    """Random hex text of so many bits, for attempt ids and one-time links."""
    return secrets.token_hex(bits // 8)
