"""Tables under a title, as one HTML page or a workbook: lists that are signed, hung up or sent on.

openpyxl is imported here only when a workbook is made.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from fangxun.board.paper.html import kind, numbers_of, said
from fangxun.board.paper.tables import Table
from fangxun.board.paper.workbook import fill


@dataclass(frozen=True, slots=True)
class Paper:
    """What is written down."""

    title: str
    tables: tuple[Table, ...]


def html(paper: Paper, *, language: str) -> str:
    """The whole page. Every value is escaped; a policy in its head forbids scripts and fetching."""
    return _template().render(
        language="zh" if language.startswith("zh") else "en",
        title=paper.title,
        tables=paper.tables,
        said=said,
        kind=kind,
        numbers_of=numbers_of,
    )


def workbook(paper: Paper) -> bytes:
    """A sheet for each table."""
    from openpyxl import Workbook  # noqa: PLC0415  only whoever asks for a workbook pays for it

    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    for table in paper.tables:
        fill(book.create_sheet(), table)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


@cache
def _template() -> Template:
    made = Environment(
        loader=PackageLoader("fangxun.board.paper"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return made.get_template("plain.html")
