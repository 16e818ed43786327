"""Which version a database has; told without alembic, which the daemon never loads, and to `peek`
and the backup without SQLAlchemy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fangxun.core.errors import N_, StoreFault
from fangxun.store import names

if TYPE_CHECKING:
    from sqlalchemy import Connection

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0007",
    "0008",
    "0009",
    "0011",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
    "0018",
    "0019",
    "0021",
)
"""All migrations in order; a test holds them against the files."""

CURRENT = REVISIONS[-1]

WATCH_SINCE = "0003"
"""Since then the tables from which `peek` answers are as they are: who is on watch is known also
between the installation of a newer Fangxun and `fangxun db upgrade`."""

ASKED = "SELECT version_num FROM alembic_version"
"""Fails on a database that has no tables of ours."""


def found(connection: Connection) -> str | None:
    """The revision that the database has, None where it has no tables of ours."""
    from sqlalchemy import inspect, text  # noqa: PLC0415  `peek` asks without

    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text(ASKED)).scalar()
    return revision


def refuse_newer(revision: str | None) -> None:
    """StoreFault where a newer Fangxun has written the database: ours would misread it."""
    if revision is not None and revision not in REVISIONS:
        raise StoreFault(
            N_(
                "The database has version {found}, which this Fangxun (version {ours}) does not "
                "know: a newer one has written it. Install the newer Fangxun, or restore a backup "
                "from before."
            ),
            found=revision,
            ours=CURRENT,
        )


def check(connection: Connection) -> None:
    """StoreFault unless the database has exactly our version."""
    require(found(connection))


def require(revision: str | None, *, since: str = "") -> None:
    """StoreFault unless this is our version, or one `since` another, with what to do about it."""
    refuse_newer(revision)
    if revision is None:
        raise names.empty()
    least = REVISIONS.index(since) if since else REVISIONS.index(CURRENT)
    if REVISIONS.index(revision) < least:
        raise StoreFault(
            N_(
                "The database has version {found} and this Fangxun needs {ours}. Back it up, then "
                "run: fangxun db upgrade"
            ),
            found=revision,
            ours=CURRENT,
        )
