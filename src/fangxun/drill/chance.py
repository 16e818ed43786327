"""Chance that a seed always gives again, whatever the order in which it is asked."""

from __future__ import annotations

import hashlib


def share(seed: int, *what: object) -> float:
    """A number in [0, 1) for these words under this seed."""
    words = "/".join(str(word) for word in (seed, *what)).encode()
    return int.from_bytes(hashlib.sha256(words).digest()[:8], "big") / 2**64
