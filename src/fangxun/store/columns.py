"""Column types that keep what the core relies on: aware UTC instants and string enums."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from sqlalchemy import DateTime, Dialect, MetaData, String, Text, TypeDecorator
from sqlmodel import Field

from fangxun.core.timeline import require_aware
from fangxun.core.wording import Registered

T = TypeVar("T")

_In = Callable[[T | None], Any]
"""From what the core has to what a driver takes."""
_Out = Callable[[Any], T | None]
"""From what a driver gives to what the core relies on."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name from the first migration, or batch mode could not change it."""

METADATA = MetaData(naming_convention=NAMING)

_WORD_LENGTH = 32


_MICRO: Final = "microseconds"
_LENGTH = len("2026-07-20 03:00:00.000000")


def _from_sqlite(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


class Instant(TypeDecorator[datetime]):
    """An instant in UTC. SQLite would give it back naive, and eight hours wrong if it went in with
    another offset; so a naive one is refused on the way in and the zone is put back on the way out.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC; ValueError for a naive instant."""
        del dialect
        return None if value is None else require_aware(value)

    def bind_processor(self, dialect: Dialect) -> _In[datetime] | None:
        """As SQLAlchemy writes it into SQLite, in one step; to PostgreSQL as it is."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)

        def written(value: datetime | None) -> str | None:
            return None if value is None else require_aware(value).isoformat(" ", _MICRO)[:_LENGTH]

        return written

    def result_processor(self, dialect: Dialect, coltype: object) -> _Out[datetime]:
        """Aware, UTC. In one step: a cycle reads thousands of these, and `process_result_value`
        would cost two calls more for each."""
        read = self.impl_instance.result_processor(dialect, coltype)
        if dialect.name == "sqlite":
            return _from_sqlite

        def aware(value: Any) -> datetime | None:  # noqa: ANN401  as the driver gives it
            found: datetime | None = value if read is None else read(value)
            if found is None:
                return None
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)

        return aware


class Word(TypeDecorator[StrEnum]):
    """A member of a StrEnum, kept as its value: readable, and no enum type to migrate."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        """`kind` is the enum; a value that it does not know fails on the way in and out."""
        super().__init__(_WORD_LENGTH)
        self.kind = kind

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        """The member's value."""
        del dialect
        if isinstance(value, self.kind):
            return value.value
        return None if value is None else self.kind(value).value

    def result_processor(self, dialect: Dialect, coltype: object) -> _Out[StrEnum]:
        """The member; in one step, as for instants."""
        del dialect, coltype
        kind = self.kind
        members = {member.value: member for member in kind}

        def member(value: str | None) -> StrEnum | None:
            if value is None:
                return None
            found = members.get(value)  # a member may be the empty word, which is false
            return kind(value) if found is None else found

        return member


_LIST = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)


class Pairs(TypeDecorator[tuple[tuple[str, object], ...]]):
    """(name, JSON-able value) pairs in their order, as JSON; what is no JSON becomes its text."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self, value: tuple[tuple[str, object], ...] | None, dialect: Dialect
    ) -> str:
        """A JSON list of pairs: an object would lose order and repetition."""
        del dialect
        return _LIST.encode(value or ())

    def process_result_value(
        self, value: str | None, dialect: Dialect
    ) -> tuple[tuple[str, object], ...]:
        """The pairs back; lists within them stay lists."""
        del dialect
        return tuple((name, item) for name, item in json.loads(value or "[]"))


class Names(TypeDecorator[tuple[str, ...]]):
    """Ids in their order, as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        """A JSON list of texts."""
        del dialect
        return _LIST.encode(value or ())

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        """The ids back."""
        del dialect
        return tuple(json.loads(value or "[]"))


class Template(TypeDecorator[Registered]):
    """A message as a registered template takes it, as JSON: [id, [[field, value], ...]]."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Registered | None, dialect: Dialect) -> str | None:
        """In the template's order."""
        del dialect
        return None if value is None else _LIST.encode([value.id, value.params])

    def process_result_value(self, value: str | None, dialect: Dialect) -> Registered | None:
        """The same back."""
        del dialect
        if value is None:
            return None
        id_, params = json.loads(value)
        return Registered(id_, tuple((name, said) for name, said in params))


def word(kind: type[StrEnum], **options: Any) -> Any:  # noqa: ANN401  a Field of any type
    """A string-enum column."""
    return Field(sa_type=Word(kind), **options)


def pairs() -> Any:  # noqa: ANN401  a Field of any type
    """A column of (name, value) pairs."""
    return Field(sa_type=Pairs())


def ids() -> Any:  # noqa: ANN401  a Field of any type
    """A column of ids in their order."""
    return Field(sa_type=Names())


def template() -> Any:  # noqa: ANN401  a Field of any type
    """A column of a registered template."""
    return Field(default=None, sa_type=Template(), nullable=True)


def instant(**options: Any) -> Any:  # noqa: ANN401  a Field of any type
    """A column of UTC instants."""
    return Field(sa_type=Instant(), **options)
