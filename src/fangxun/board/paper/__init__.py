"""The after-action report as a file: one HTML page or a workbook, which fetch nothing.

Both are made of the same tables (`tables`); `html` and `workbook` only lay them out.
"""

from fangxun.board.paper.html import html
from fangxun.board.paper.reader import Reader
from fangxun.board.paper.workbook import workbook

__all__ = ["Reader", "html", "workbook"]
