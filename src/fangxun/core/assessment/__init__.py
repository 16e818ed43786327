"""(warnings, readings, criteria, now) -> alert level per place, with its evidence."""

from fangxun.core.assessment.data import Assessment, Evidence, EvidenceKind, Situation, Why
from fangxun.core.assessment.decide import assess, assess_place
from fangxun.core.assessment.sources import TOO_OLD, Voice, voices_of

__all__ = [
    "TOO_OLD",
    "Assessment",
    "Evidence",
    "EvidenceKind",
    "Situation",
    "Voice",
    "Why",
    "assess",
    "assess_place",
    "voices_of",
]
