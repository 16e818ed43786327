"""Links and phone numbers in a text: what they look like, and a text without them."""

from __future__ import annotations

import re
from dataclasses import dataclass

LINK = re.compile(
    r"(?<![a-z0-9])(?:(?:https?://|www\.)[!-~]+"
    r"|(?:[a-z0-9-]+\.)+(?:cn|com|net|org|gov|edu|info|io|me|cc|top|xyz|vip|link)(?![a-z0-9])(?:/[!-~]*)?)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![0-9a-z.])(?:(?:\+|00)?86[ -]?)?(?:"
    r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8}|[48]00[ -]?\d{3,4}[ -]?\d{3,4}|\d{7,}"
    r")(?![0-9a-z])|\+\d[\d -]{5,14}\d",
    re.IGNORECASE,
)
"""Mobile and fixed numbers, 400 and 800, short runs of them, and whatever begins with +. Dates and
amounts are none."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """What of the ways to somebody may stand in a text: providers block texts that hold others."""

    links: bool = True
    numbers: bool = True

    def allow(self, text: str) -> bool:
        """Whether a text holds nothing that it may not."""
        return self.without(text) == text

    def without(self, text: str) -> str:
        """The text with "…" in the place of what it may not hold."""
        told = text if self.links else LINK.sub("…", text)
        return told if self.numbers else _NUMBER.sub("…", told)
