"""Options that many commands share, worded once."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from fangxun.text import _

Reason = Annotated[str, typer.Option("--reason", "-r", help=_("Why; it stands in the journal."))]
Actor = Annotated[
    str,
    typer.Option("--actor", help=_("Who acts (id or name), where the account is nobody's own.")),
]
Json = Annotated[bool, typer.Option("--json", help=_("Machine-readable output."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Only show what would change."))]


class Colour(StrEnum):
    """The levels that a place can be raised to."""

    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
