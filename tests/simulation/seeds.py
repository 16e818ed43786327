"""The fixed seeds that CI plays, and which of them catches each planted fault first."""

from __future__ import annotations

from collections.abc import Mapping

CI_SEEDS = tuple(range(36))

CAUGHT_BY: Mapping[str, int] = {}
"""Where it is not the first; a hint that saves time, no promise: the others are tried after it."""
