"""Hand-over: `passing` who signs what and when, `matters` what stays open until it is done,
`notice` what the incoming leader is told.
"""

from fangxun.core.handover.matters import Matter, MatterEvent, MatterKind, MatterState
from fangxun.core.handover.notice import HEAD_DIGITS, note
from fangxun.core.handover.passing import (
    HandOff,
    Handover,
    HandoverEvent,
    HandoverState,
    Seats,
    Stepped,
    Verdict,
    hand_offs,
    joined,
    late,
    may_sign,
    of_hand_off,
    seats_of,
    step,
)

__all__ = [
    "HEAD_DIGITS",
    "HandOff",
    "Handover",
    "HandoverEvent",
    "HandoverState",
    "Matter",
    "MatterEvent",
    "MatterKind",
    "MatterState",
    "Seats",
    "Stepped",
    "Verdict",
    "hand_offs",
    "joined",
    "late",
    "may_sign",
    "note",
    "of_hand_off",
    "seats_of",
    "step",
]
