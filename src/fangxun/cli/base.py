"""What the commands share: configuration, store, who acts, how instants are read and shown."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import typer

from fangxun import clock, config
from fangxun.config import Settings
from fangxun.core.assessment import Assessment
from fangxun.core.errors import N_, FaultyInput, Refused
from fangxun.core.level import Level
from fangxun.core.responsibility import Person
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


def act(opened: Store, reason: str, actor: str = "") -> Act:
    """Who acts: the person whom this account is mapped to, or `actor` where it is mapped to nobody
    (one shared terminal); then the journal names the account beside him. Asks for a reason."""
    now = clock.now()
    people = view(opened, now=now).district.people
    account, own = _own(people)
    named = next((person.id for person in people if actor in {person.id, person.name}), "")
    if own and actor and named != own:
        raise Refused(
            N_("The account {account} is {person}'s; it cannot act as {actor}."),
            account=account,
            person=_name(people, own),
            actor=actor,
        )
    if actor and not named:
        raise FaultyInput(N_("No person is called {actor}."), actor=actor)
    if not own and not named:
        raise Refused(
            N_(
                "The account {account} is mapped to nobody; say who acts with --actor, or set the "
                "account in people.csv."
            ),
            account=account,
        )
    return Act(own or named, reasoned(reason), now, account="" if own else account)


def own_act(opened: Store, reason: str) -> Act:
    """Acts as the person whom this account is mapped to and as nobody else: to confirm a page."""
    now = clock.now()
    people = view(opened, now=now).district.people
    account, own = _own(people)
    if not own:
        raise Refused(
            N_(
                "The account {account} is mapped to nobody, so it cannot confirm for anybody. Set "
                "it in people.csv and apply, or write down who confirmed to you with: fangxun page "
                "relay"
            ),
            account=account,
        )
    return Act(own, reason, now)


def _own(people: Sequence[Person]) -> tuple[str, str]:
    """The account of this process, and whose it is ("" for nobody's).

    From the kernel, never from LOGNAME. A service's account that is nobody's stands back behind
    the one that sudo names: who could invent that could write the database as well.
    """
    mapped = {person.account: person.id for person in people if person.account}
    account = _account(os.getuid())
    sudo = os.environ.get("SUDO_UID", "")
    if account not in mapped and sudo.isdecimal() and _account(int(sudo)) in mapped:
        account = _account(int(sudo))
    return account, mapped.get(account, "")


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return str(uid)


def _name(people: Sequence[Person], person_id: str) -> str:
    return next((person.name for person in people if person.id == person_id), person_id)


def reasoned(reason: str) -> str:
    """The reason as given, or asked for."""
    return reason if reason.strip() else str(typer.prompt(_("Reason")))


def on(opened: Store, *, dry_run: bool) -> Store:
    """The store that an act is done on: the real one, or one that keeps nothing of it."""
    return opened.rehearsal() if dry_run else opened


@contextmanager
def by_name(seen: View) -> Iterator[None]:
    """What is refused within names people and posts as the room calls them, not by their ids."""
    try:
        yield
    except Refused as error:
        names = seen.maps.names
        fields = {
            key: names.get(f"person/{value}", names.get(f"post/{value}", value))
            for key, value in error.fields.items()
        }
        raise Refused(error.template, **fields) from error


def nothing_changed() -> None:
    """The last line of a --dry-run."""
    typer.echo(_("Nothing was changed."))


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


def certainty(item: Assessment) -> str:
    """How certain a level is; an unknown level has nothing to be certain of."""
    return "-" if item.level is Level.UNKNOWN else _(item.certainty.value)


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
