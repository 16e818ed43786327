"""What all tables share."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import MetaData, Table, Text
from sqlmodel import Field, SQLModel

from fangxun.store.columns import METADATA


class Base(SQLModel):
    """What all tables share: one metadata with the naming convention."""

    metadata: ClassVar[MetaData] = METADATA


def own_id() -> Any:  # noqa: ANN401  a Field of any type
    """A primary key that the store gives out itself, so that bulk inserts know their ids."""
    return Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


def text(**options: Any) -> Any:  # noqa: ANN401  a Field of any type
    """Text of any length, usually JSON."""
    return Field(sa_type=Text(), **options)


def table(model: type[Base]) -> Table:
    """The Core table of a class, for statements in bulk."""
    found: Table = METADATA.tables[str(model.__tablename__)]
    return found
