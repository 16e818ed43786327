"""Open matters (遗留问题): each stays open, from watch to watch, until it is done with a result.

A call or letter that came in is one, too: until somebody has written what came of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class MatterKind(StrEnum):
    """How it came to the duty room."""

    MATTER = "matter"
    """Left by a watch for those after it."""
    CALL = "call"
    """By telephone."""
    LETTER = "letter"
    """On paper, by fax or e-mail."""
    VISIT = "visit"
    """Somebody came and said it."""


class MatterState(StrEnum):
    """The life of a matter."""

    OPEN = "open"
    """Every handover passes it on."""
    DONE = "done"
    """Somebody has written what came of it."""


class MatterEvent(StrEnum):
    """What can happen to a matter."""

    DONE = "done"
    """It is done, with a result."""
    REOPENED = "reopened"
    """It was not done after all, for a reason that stands in the journal."""


@dataclass(frozen=True, slots=True)
class Matter:
    """`source`: from whom a call or letter came; `handler`: who handles it, a person's id or words
    ("" for whoever is on watch). `by`: who wrote it down. `result` and what follows stand once it
    is done."""

    id: int
    kind: MatterKind
    text: str
    source: str
    handler: str
    by: str
    at: datetime
    state: MatterState = MatterState.OPEN
    result: str = ""
    done_by: str = ""
    done_at: datetime | None = None


def step(
    item: Matter, event: MatterEvent, *, by: str, now: datetime, result: str = ""
) -> Matter | None:
    """The matter after an event; None where it says nothing new: it is done, or open, already."""
    match item.state, event:
        case MatterState.OPEN, MatterEvent.DONE:
            return replace(item, state=MatterState.DONE, result=result, done_by=by, done_at=now)
        case MatterState.DONE, MatterEvent.REOPENED:
            return replace(item, state=MatterState.OPEN, result="", done_by="", done_at=None)
    return None
