"""What the commands share: configuration, store, who acts, how instants are read and shown."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import typer

from fangxun import clock, config
from fangxun.config import Settings
from fangxun.core.errors import N_, FaultyInput, Refused
from fangxun.engine.acts import Act
from fangxun.engine.view import Lookout, View
from fangxun.store import base as store_base
from fangxun.store import district as district_store
from fangxun.store.base import Store, Tx
from fangxun.text import _


def settings() -> Settings:
    """The configuration in force."""
    return config.load(config.find(os.environ))


@contextmanager
def store() -> Iterator[Store]:
    """The store of the configuration, closed again."""
    conf = settings()
    opened = store_base.open_store(conf.database, key_path=conf.journal_key)
    try:
        yield opened
    finally:
        opened.close()


def view(opened: Store, *, now: datetime) -> View:
    """What is applied; Refused where nothing is."""
    with opened.read() as tx:
        seen = Lookout().look(tx, now=now)
    if seen is None:
        raise Refused(N_("No district has been applied yet; run: fangxun roster apply DIR"))
    return seen


def zone(tx: Tx) -> str:
    """The duty room's zone; UTC while no district is in force."""
    district = district_store.applied(tx)
    return district.roster.zone if district is not None else "UTC"


def act(opened: Store, reason: str, by: str = "") -> Act:
    """Who acts: the person whom this operating-system account is mapped to, or `by` where the
    account is mapped to nobody (one shared terminal)."""
    now = clock.now()
    account = getpass.getuser()
    people = view(opened, now=now).district.people
    own = next((person.id for person in people if person.account == account), "")
    if own and by and by != own:
        raise Refused(
            N_("The account {account} is {person}'s; it cannot act as {by}."),
            account=account,
            person=own,
            by=by,
        )
    named = next((person.id for person in people if by in {person.id, person.name}), "")
    actor = own or named
    if by and not actor:
        raise FaultyInput(N_("No person is called {by}."), by=by)
    if not actor:
        raise Refused(
            N_(
                "The account {account} is mapped to nobody; say who acts with --by, or set the "
                "account in people.csv."
            ),
            account=account,
        )
    if not reason.strip():
        reason = str(typer.prompt(_("Reason")))
    return Act(actor, reason, now)


def instant(text: str, zone_name: str) -> datetime:
    """Read "2026-07-20T08:00", "2026-07-20 08:00" or "08:00" (today); local without offset."""
    local = ZoneInfo(zone_name)
    try:
        if len(text) <= 5:  # noqa: PLR2004  HH:MM
            hour, minute = (int(part) for part in text.split(":"))
            today = clock.now().astimezone(local)
            return today.replace(hour=hour, minute=minute, second=0, microsecond=0)
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise FaultyInput(
            N_("{text} is no time; write 2026-07-20T08:00, or 08:00 for today."), text=text
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=local)


def shown(at: datetime | None, zone_name: str) -> str:
    """An instant on the duty room's wall clock."""
    return f"{at.astimezone(ZoneInfo(zone_name)):%m-%d %H:%M:%S}" if at is not None else "-"


def print_json(value: object) -> None:
    """Machine-readable output: dataclasses as objects, instants as ISO 8601 with offset."""
    typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


def plain(value: object) -> object:
    """A value as JSON can say it."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value


def table(rows: Sequence[tuple[str, ...]], heads: tuple[str, ...]) -> None:
    """Columns as wide as a terminal shows them (a Chinese character takes two places)."""
    every = [heads, *rows]
    widths = [max(width(row[i]) for row in every) for i in range(len(heads))]
    for row in every:
        cells = (cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())


def width(text: str) -> int:
    """Places that a text takes on a terminal."""
    import unicodedata  # noqa: PLC0415  only where a table is printed

    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
