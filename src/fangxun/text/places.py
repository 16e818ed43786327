"""How wide a text is on a terminal, and how it is made to fit."""

from __future__ import annotations

import unicodedata


def width(text: str) -> int:
    """Places that a text takes on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def fitted(text: str, room: int) -> str:
    """A text that takes exactly so many places: padded, or cut with a sign that it was."""
    if width(text) > room:
        while text and width(text) > room - 1:
            text = text[:-1]
        text = f"{text}~"
    return text + " " * (room - width(text))
