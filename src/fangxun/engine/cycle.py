"""One cycle: every step in order, with one `now`; a step that fails does not stop the others.

Steps that write nothing share one look at the store. What another thread or program keeps meanwhile
wakes the next cycle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fangxun.engine import (
    assess,
    escalate,
    handing_over,
    hang_up,
    housekeep,
    paper,
    poll,
    receive,
    respond,
    watch,
)
from fangxun.engine.parts import Parts

Step = Callable[..., datetime | None]

STEPS: tuple[tuple[str, Step], ...] = (
    ("poll", poll.poll),
    ("assess", assess.assess),
    ("respond", respond.respond),
    ("receive", receive.receive),
    ("watch", watch.hand_off),
    ("handovers", handing_over.watch_over),
    ("escalate", escalate.escalate),
    ("hang_up", hang_up.hang_up),
    ("paper", paper.rewrite),
    ("housekeep", housekeep.keep_house),
)
"""What raises a level comes first: whoever has to be woken waits for nothing else. A feed that has
fallen silent is known before its warnings are judged, and a reply before the next step of a ladder.
"""


@dataclass(frozen=True, slots=True)
class CycleResult:
    """When the next cycle has something to do (None: nothing known), and the steps that failed."""

    at: datetime
    next_due: datetime | None
    failed: tuple[str, ...] = ()


def cycle(
    parts: Parts, *, now: datetime, steps: tuple[tuple[str, Step], ...] = STEPS
) -> CycleResult:
    """Run every step once. A failed step is logged and named in the result: the cycle is then not
    whole, the heartbeat stays behind, and the watchdog speaks."""
    soonest: datetime | None = None
    failed: list[str] = []
    with parts.store.one_look():
        for name, step in steps:
            due = None
            # A fault in one room must not silence the others.
            with parts.faults.barrier(f"step {name}", now=now, action="step_failed") as barrier:
                due = step(parts, now=now)
            if barrier.error is not None:
                failed.append(name)
            if due is not None:
                soonest = min(due, soonest or due)
    return CycleResult(now, soonest, tuple(failed))
