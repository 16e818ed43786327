"""Who stands when, read from the shift table: the one read path without SQLAlchemy.

`fangxun who` must answer at once, with the daemon down, so this imports sqlite3 (or psycopg, only
where it is used) and opens the database read-only. The table is written in the same transaction as
every apply and edit; a test proves it equal to core.watch.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fangxun.core.errors import N_, NotFound, StoreFault
from fangxun.core.timeline import require_aware
from fangxun.store import address as addresses
from fangxun.store import names, version
from fangxun.store.address import SqliteFile


@dataclass(frozen=True, slots=True)
class OnWatch:
    """One person on one post, [start, end) in UTC. `phones` in the person's own order, dead ones
    left out; `stands_from`: the level that switches the post on, "" for one that always stands;
    `turn_of`: whose turn it is where somebody covers."""

    post: str
    post_name: str
    role: str
    unit: str
    unit_name: str
    unit_phone: str
    area: str
    area_name: str
    area_code: str
    person: str
    person_name: str
    person_title: str
    phones: tuple[str, ...]
    start: datetime
    end: datetime
    source: str
    detail: str
    turn_of: str
    stands_from: str
    turn_of_name: str
    in_room: bool = False
    """Whether a level asks a post that always stands into the duty room itself."""


@dataclass(frozen=True, slots=True)
class About:
    """The district in force: its name, IANA zone and language ("zh_CN", "en")."""

    name: str
    zone: str
    language: str


@dataclass(frozen=True, slots=True)
class Narrow:
    """Which posts are asked for: by id or name (an area also by its division code, or a site in
    it); "" for all."""

    post: str = ""
    unit: str = ""
    area: str = ""


ALL = Narrow()

_COLUMNS = (
    "SELECT s.post, s.post_name, s.role, s.unit, s.unit_name, s.unit_phone, s.area,"
    " s.area_name, s.area_code, s.person, p.name, p.title, s.starts_at, s.ends_at, s.source,"
    " s.detail, s.turn_of, s.stands_from, t.name, (a.post IS NOT NULL AND s.stands_from IS NULL)"
)
_STANDS = (
    " FROM shift s LEFT JOIN person p ON p.id = s.person"
    " LEFT JOIN person t ON t.id = s.turn_of LEFT JOIN active_post a ON a.post = s.post"
    " WHERE (s.stands_from IS NULL OR a.post IS NOT NULL)"
)
_NARROWED = (
    " AND (:post = '' OR :post IN (s.post, s.post_name))"
    " AND (:unit = '' OR :unit IN (s.unit, s.unit_name))"
    " AND (:area = '' OR :area IN (s.area, s.area_name, s.area_code))"
)
_ORDER = " ORDER BY s.position, s.person, s.starts_at"
_AT = " AND s.starts_at <= :at AND s.ends_at > :at"
_AFTER = (
    " AND s.starts_at ="
    " (SELECT min(n.starts_at) FROM shift n WHERE n.post = s.post AND n.starts_at > :at)"
)
_NOW = _COLUMNS + _STANDS + _AT + _NARROWED + _ORDER
_NEXT = _COLUMNS + _STANDS + _AFTER + _NARROWED + _ORDER
_EVER = "SELECT 1 FROM shift s WHERE 1 = 1" + _NARROWED + " LIMIT 1"  # noqa: S608  of constants
_PHONES = (
    "SELECT person, number FROM person_phone WHERE position IS NOT NULL AND NOT invalid"
    " AND NOT invalid_voice ORDER BY person, position"
)
_META = "SELECT key, value FROM meta"
_DOCUMENT = "SELECT document FROM district_version ORDER BY id DESC LIMIT 1"
_AREAS = "SELECT DISTINCT area FROM shift"


def who(url: str, *, at: datetime, narrow: Narrow = ALL) -> tuple[OnWatch, ...]:
    """Who is on watch at an instant, in the order of the posts; posts that wait for a level only
    while one has switched them on. NotFound where the roster is not written out for the instant, or
    knows no such post, unit or area."""
    return _ask(url, _NOW, at, narrow)


def upcoming(url: str, *, at: datetime, narrow: Narrow = ALL) -> tuple[OnWatch, ...]:
    """Of each post that stands now, who comes next after an instant."""
    return _ask(url, _NEXT, at, narrow)


def about(url: str) -> About:
    """The district in force; NotFound while none is."""
    with _opened(url) as database:
        meta = dict(database.rows(_META, {}))
    return _about(meta)


class _Database:
    """A connection of either kind, asked in one dialect."""

    def __init__(self, connection: Any, *, server: bool) -> None:  # noqa: ANN401  either driver's
        self._connection = connection
        self._server = server

    def rows(self, query: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Every row; instants go in and come out as UTC on both."""
        if self._server:
            for name in given:
                query = query.replace(f":{name}", f"%({name})s")
            return list(self._connection.execute(query, given).fetchall())
        plain = {name: _text(value) for name, value in given.items()}
        return list(self._connection.execute(query, plain).fetchall())


@contextmanager
def _opened(url: str) -> Iterator[_Database]:
    """Open the database read-only for one question."""
    address = addresses.existing(url)
    if isinstance(address, SqliteFile):
        try:
            with closing(sqlite3.connect(address.read_only_uri(), uri=True)) as connection:
                yield _of_our_version(_Database(connection, server=False))
        except sqlite3.Error as error:
            raise _unusable(error) from error
        return
    import psycopg  # noqa: PLC0415  only where PostgreSQL is used

    try:
        with psycopg.connect(address.dsn, options="-c timezone=UTC", connect_timeout=10) as server:
            server.read_only = True
            yield _of_our_version(_Database(server, server=True))
    except psycopg.Error as error:
        raise _unusable(error) from error


def _of_our_version(database: _Database) -> _Database:
    """A newer Fangxun's tables may mean something else under the same names."""
    found = next((found for (found,) in database.rows(version.ASKED, {})), None)
    version.require(found, since=version.WATCH_SINCE)
    return database


def _unusable(error: Exception) -> StoreFault:
    why = str(error)
    if "no such table" in why or "does not exist" in why:
        return names.empty()
    return names.unusable(why)


def _ask(url: str, query: str, at: datetime, narrow: Narrow) -> tuple[OnWatch, ...]:
    narrowed = {"post": narrow.post, "unit": narrow.unit, "area": narrow.area}
    given: dict[str, Any] = {"at": require_aware(at), **narrowed}
    with _opened(url) as database:
        _check_reach(dict(database.rows(_META, {})), given["at"])
        found = database.rows(query, given)
        if not found and narrow.area:
            narrowed["area"] = _area_with_watch(database, narrow.area)
            found = database.rows(query, {"at": given["at"], **narrowed})
        if not found:
            _check_known(database, narrowed)
        phones: dict[str, list[str]] = {}
        for person, number in database.rows(_PHONES, {}):
            phones.setdefault(person, []).append(number)
    return tuple(_on_watch(row, phones) for row in found)


def _on_watch(row: tuple[Any, ...], phones: dict[str, list[str]]) -> OnWatch:
    """`row` is in the order of `_COLUMNS`, which is that of the fields without `phones`."""
    place, (person, name, title, start, end, *source) = row[:9], row[9:]
    *source, stands_from, turn_of, in_room = source
    who_it_is = (person, name or person, title or "", tuple(phones.get(person, ())))
    when = (_instant(start), _instant(end))
    last = (stands_from or "", turn_of or source[-1], bool(in_room))
    fields: tuple[Any, ...] = (*place, *who_it_is, *when, *source, *last)
    return OnWatch(*fields)


def _about(meta: dict[str, str]) -> About:
    if names.DISTRICT_NAME not in meta:
        raise names.no_district()
    return About(
        meta[names.DISTRICT_NAME], meta[names.DISTRICT_ZONE], meta[names.DISTRICT_LANGUAGE]
    )


def _check_reach(meta: dict[str, str], at: datetime) -> None:
    """Nobody on watch and not written out so far are two different answers."""
    zone = ZoneInfo(_about(meta).zone)
    first, last = meta.get(names.SHIFTS_FROM), meta.get(names.SHIFTS_TO)
    if first and last and datetime.fromisoformat(first) <= at < datetime.fromisoformat(last):
        return
    raise NotFound(
        N_(
            "The roster is written out from {first} to {last}, and {at} is outside. The daemon "
            "writes it out as time goes on: start it with fangxun run, or apply the district again."
        ),
        first=_local(datetime.fromisoformat(first), zone) if first else "-",
        last=_local(datetime.fromisoformat(last), zone) if last else "-",
        at=_local(at, zone),
    )


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _area_with_watch(database: _Database, area: str) -> str:
    """A site has the watch of its town, a village that of the town above it."""
    from fangxun.store import nearest  # noqa: PLC0415  only where a name is none of an area's own

    documents = database.rows(_DOCUMENT, {})
    areas = {found for (found,) in database.rows(_AREAS, {})}
    return (nearest.watched_area(documents[0][0], area, areas) if documents else "") or area


def _check_known(database: _Database, narrowed: dict[str, str]) -> None:
    """Nobody on watch and a name that was misspelt are two different answers, too."""
    for field, name in narrowed.items():
        if name and not database.rows(_EVER, {**dict.fromkeys(narrowed, ""), field: name}):
            raise NotFound(
                N_("The roster knows no {name}; see all posts with: fangxun who"), name=name
            )


def _text(value: object) -> object:
    """An instant as the store writes it into SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value


def _instant(value: str | datetime) -> datetime:
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value.astimezone(UTC)
