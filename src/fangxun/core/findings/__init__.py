"""What is wrong with a roster, one finding a cause."""

from fangxun.core.findings.all import findings
from fangxun.core.findings.bounds import USUAL, Bounds
from fangxun.core.findings.holes import Hole, holes

__all__ = ["USUAL", "Bounds", "Hole", "findings", "holes"]
