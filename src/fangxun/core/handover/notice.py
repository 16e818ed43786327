"""What the outgoing watch passes on, in one notice to the incoming leader."""

from __future__ import annotations

HEAD_DIGITS = 12
"""So much of the head's hash goes into a text: 48 bits that nobody can hit by rewriting a tail."""


def note(
    *, count: int, head: str, incidents: int, unconfirmed: int, unreached: int
) -> dict[str, object]:
    """The fields of the notice: open matters, and the journal's length with its head hash, so that
    a tail cut off later shows against what the leader holds."""
    return {
        "incidents": incidents,
        "unconfirmed": unconfirmed,
        "unreached": unreached,
        "count": count,
        "head": head[:HEAD_DIGITS],
    }
