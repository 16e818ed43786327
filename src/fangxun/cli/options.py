"""Options and arguments that many commands share, worded once."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from fangxun.core.errors import N_, FaultyInput, NotFound
from fangxun.text import _

MOST = 2**31 - 1
"""No database of ours counts further."""


def page_number(number: int) -> int:
    """A page's number that the database can look for."""
    if not 0 < number <= MOST:
        raise NotFound(N_("There is no page {id}. List them with: fangxun page list"), id=number)
    return number


def incident_number(number: int | None) -> int | None:
    """An incident's number that the database can look for."""
    if number is not None and not 0 < number <= MOST:
        raise NotFound(
            N_("There is no incident {id}. List them with: fangxun incident list"), id=number
        )
    return number


def some(text: str | None) -> str | None:
    """A name that narrows an answer: an empty one is a slip, and would narrow nothing."""
    if text is not None and not text.strip():
        raise FaultyInput(N_("An empty name was given; leave the option out to see all."))
    return text


Reason = Annotated[str, typer.Option("--reason", "-r", help=_("Why; it stands in the journal."))]
Actor = Annotated[
    str,
    typer.Option("--actor", help=_("Who acts (id or name), where the account is nobody's own.")),
]
Json = Annotated[bool, typer.Option("--json", help=_("Machine-readable output."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Only show what would change."))]
PageId = Annotated[
    int,
    typer.Argument(callback=page_number, help=_("The page's number, as in: fangxun page list")),
]
IncidentId = Annotated[
    int, typer.Argument(callback=incident_number, help=_("The incident's number."))
]


class Colour(StrEnum):
    """The levels that a place can be raised to."""

    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
