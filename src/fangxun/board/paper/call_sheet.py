"""The call sheet as one HTML page for A4 and as plain text, in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from fangxun.board.paper.files import put
from fangxun.board.paper.html import environment
from fangxun.core.call_sheet import Callee, CallSheet, Turn
from fangxun.core.errors import N_, FaultyInput
from fangxun.text import _, language
from fangxun.text.places import fitted, width

HTML, TEXT = "call-sheet.html", "call-sheet.txt"


def write(folder: Path, sheet: CallSheet) -> tuple[Path, ...]:
    """Write both anew, each in one step, and give their paths; the folder is made where it is
    missing, for its owner only. FaultyInput where it cannot be written to."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FaultyInput(
            N_("{path} cannot be written: {why}"), path=folder, why=error.strerror
        ) from error
    paths = folder / HTML, folder / TEXT
    put(paths[0], html(sheet).encode())
    put(paths[1], plain(sheet).encode())
    return paths


def html(sheet: CallSheet) -> str:
    """One page that fetches nothing; every value is escaped."""
    return (
        environment()
        .get_template("call_sheet.html")
        .render(
            language="zh" if language().startswith("zh") else "en",
            sheet=sheet,
            shown=partial(_shown, sheet),
            said=callee,
        )
    )


def _shown(sheet: CallSheet, at: datetime) -> str:
    """An instant on the duty room's wall clock."""
    return f"{at.astimezone(ZoneInfo(sheet.zone)):%m-%d %H:%M}"


def callee(who: Callee | None) -> str:
    """Name, title and all numbers."""
    if who is None:
        return ""
    numbers = " / ".join(who.numbers) or _("no number")
    return "  ".join(part for part in (who.name, who.title, numbers) if part)


def plain(sheet: CallSheet) -> str:
    """The same for a printer that knows nothing but text, and for reading aloud."""
    return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: CallSheet) -> Iterator[str]:
    yield _("{district}: call sheet of {at}, watch until {end}").format(
        district=sheet.district,
        at=_shown(sheet, sheet.made_at),
        end=_shown(sheet, sheet.span.end),
    )
    for unit in sheet.units:
        yield ""
        duty_phone = _("duty phone")
        yield f"{unit.unit}  {duty_phone} {unit.duty_phone or '-'}"
        room = max((width(turn.post) for turn in unit.turns), default=0)
        yield from (f"  {_turn(sheet, turn, room)}" for turn in unit.turns)
    yield ""
    yield _("Responsible officials")
    for place in sheet.places:
        where = f"{place.area} {place.place}".strip()
        for first, deputy in place.officials:
            yield f"  {where}  A {callee(first)}"
            if deputy is not None:
                yield f"  {' ' * width(where)}  B {callee(deputy)}"


def _turn(sheet: CallSheet, turn: Turn, room: int) -> str:
    when = f"{_shown(sheet, turn.span.start)} - {_shown(sheet, turn.span.end)}"
    instead = _("for {who}").format(who=turn.instead_of) if turn.instead_of else ""
    return f"{fitted(turn.post, room)}  {when}  {callee(turn.who)}  {instead}".rstrip()
