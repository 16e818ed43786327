"""A month of the roster as one HTML page, printed on A4 landscape."""

from __future__ import annotations

from collections.abc import Sequence

from fangxun.board.paper.html import environment
from fangxun.text import language

Cell = tuple[int, str, str, list[str]]
"""A day: its number, what is special about it, its kind, and who stands in each row."""


def html(
    title: str, heads: Sequence[str], weeks: Sequence[Sequence[Cell | None]], rows: Sequence[str]
) -> str:
    """The page; every value is escaped, and it fetches nothing."""
    return (
        environment()
        .get_template("month.html")
        .render(
            language="zh" if language().startswith("zh") else "en",
            title=title,
            heads=heads,
            weeks=weeks,
            rows=rows,
        )
    )
