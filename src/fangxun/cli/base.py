"""What the commands share: configuration, store, what is in force, how it is printed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import typer

from fangxun import config
from fangxun.config import Settings
from fangxun.core.assessment import Assessment
from fangxun.core.level import Level
from fangxun.engine.view import Lookout, View
from fangxun.store import base as store_base
from fangxun.store import district as district_store
from fangxun.store import names
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
    """What is applied; NotFound where nothing is."""
    with opened.read() as tx:
        seen = Lookout().look(tx, now=now)
    if seen is None:
        raise names.no_district()
    return seen


def zone(tx: Tx) -> str:
    """The duty room's zone; UTC while no district is in force."""
    district = district_store.applied(tx)
    return district.roster.zone if district is not None else "UTC"


def certainty(item: Assessment) -> str:
    """How certain a level is; an unknown level has nothing to be certain of."""
    return "-" if item.level is Level.UNKNOWN else _(item.certainty.value)


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
    if isinstance(value, date | time):  # an instant is a date, too
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value) if isinstance(value, Decimal) else value  # money, exactly


def table(rows: Sequence[tuple[str, ...]], heads: tuple[str, ...]) -> None:
    """Columns as wide as a terminal shows them (a Chinese character takes two places)."""
    from fangxun.text.places import width  # noqa: PLC0415  only where a table is printed

    every = [heads, *rows]
    widths = [max(width(row[i]) for row in every) for i in range(len(heads))]
    for row in every:
        cells = (cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())
