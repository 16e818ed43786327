"""The storms that CI plays: fixed seeds, and small ones in which one thing goes wrong.

Every fault planted in the engine is caught by one of the small ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.simulation.story import LENGTH, Fault, Kind, Story

CI_SEEDS = tuple(range(36))

_CALM = Story(11, size=8, raises=1)
_SLEEPY = replace(_CALM, sleepers=0.4)
_RAISE = 24
"""The commit that opens the first pages of the raise; those after it open the others. Where the
engine commits more or less than it did, the planted fault that is caught there tells."""


def _with(*faults: Fault, of: Story = _CALM) -> Story:
    return replace(of, faults=faults)


SMALL: Mapping[str, Story] = {
    "calm": _CALM,
    "sleepy": _SLEEPY,
    "four raises": replace(_CALM, raises=4, ends=True),
    "killed in the middle of a raise": _with(Fault(Kind.KILL_AFTER_COMMIT, _RAISE)),
    "killed before a request": _with(Fault(Kind.KILL_BEFORE_REQUEST, 5)),
    "killed after a request": _with(Fault(Kind.KILL_AFTER_REQUEST, 5)),
    "answers lost": _with(Fault(Kind.LOST, 3, 8)),
    "requests lost": _with(Fault(Kind.DROPPED, 3, 8)),
    "requests lost, unasked": _with(
        Fault(Kind.DROPPED, 3, 30), of=replace(_CALM, askable=False)
    ),
    "answers and callbacks lost, nobody to ask": _with(
        Fault(Kind.LOST, 3, 8), Fault(Kind.CALLBACKS_LOST, 0, LENGTH), Fault(Kind.MUTE, 2000, 1500)
    ),
    "throttled": _with(Fault(Kind.THROTTLED, 2300, 300)),
    "unreached": _with(Fault(Kind.UNREACHED, 2300, 700)),
    "reordered": _with(Fault(Kind.CALLBACKS_REORDERED, 0, LENGTH)),
    "forged": _with(Fault(Kind.FORGED, 2500), of=_SLEEPY),
    "feeds out": _with(
        Fault(Kind.FEED_OUT, 4000, 5000), Fault(Kind.FEED_OUT, 4001, 5000),
        of=replace(_CALM, raises=2),
    ),
    "two edits": _with(Fault(Kind.TWO_EDITS, _RAISE + 2)),
    "slow accounts": replace(_CALM, rate=0.5),
    "called": replace(_CALM, size=16, calls=True),
    "asleep": _with(Fault(Kind.ASLEEP, 2450, 900)),
}  # fmt: skip

CAUGHT_BY: Mapping[str, str] = {
    "receipt_merged_backwards": "reordered",
    "crash_not_recovered": "killed before a request",
    "crash_sends_again": "killed after a request",
    "lost_answer_sends_again": "answers lost",
    "lost_answer_is_a_failure": "answers lost",
    "throttled_is_a_failure": "throttled",
    "copies_without_end": "requests lost, unasked",
    "copy_not_flagged": "requests lost, unasked",
    "silence_is_no": "answers and callbacks lost, nobody to ask",
    "forged_believed": "forged",
    "unreached_without_alarm": "sleepy",
    "stale_feed_not_told": "feeds out",
    "missing_data_clear": "feeds out",
    "raise_swallowed": "four raises",
    "half_a_raise_forgotten": "killed in the middle of a raise",
    "edit_overwritten": "two edits",
    "rate_forgotten": "slow accounts",
    "key_dropped": "called",
    "voicemail_believed": "called",
}
"""Where it is not the calm one."""
