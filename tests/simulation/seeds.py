"""The fixed seeds that CI plays, and that every planted fault must be caught in."""

from __future__ import annotations

CI_SEEDS = tuple(range(36))
