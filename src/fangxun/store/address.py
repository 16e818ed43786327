"""What a database URL says, without SQLAlchemy: shared by base, lock and peek."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from fangxun.core.errors import N_, StoreFault

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql+psycopg://", "postgresql://", "postgres://")


Identity = tuple[int, int]
"""Device and inode: what a file is, whatever it is called."""


def identity(path: Path) -> Identity | None:
    """Which file lies at a path now; None where none can be seen."""
    try:
        found = os.stat(path)  # noqa: PTH116  asked in every transaction: half the cost of Path.stat
    except OSError:
        return None
    return found.st_dev, found.st_ino


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """One SQLite file; its journal key and daemon lock lie beside it unless told otherwise."""

    path: Path

    @property
    def key_path(self) -> Path:
        """Where the journal's key is kept by default: a file apart, not in the backup."""
        return self.path.with_name(self.path.name + ".key")

    @property
    def lock_path(self) -> Path:
        """The file that the one daemon holds: beside the database itself, so that whoever comes to
        it by a symlink meets the same lock."""
        itself = self.path.resolve()
        return itself.with_name(itself.name + ".lock")

    def identity(self) -> Identity | None:
        """Which file lies at the path now; None where none does."""
        return identity(self.path)

    def read_only_uri(self) -> str:
        """For sqlite3.connect(uri=True): never creates, never writes."""
        return self.path.absolute().as_uri() + "?mode=ro"


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """One PostgreSQL database; `dsn` is libpq's own URL, which may hold a password."""

    dsn: str

    @property
    def alchemy_url(self) -> str:
        """The same for SQLAlchemy with psycopg 3."""
        return _POSTGRES[0] + self.dsn.removeprefix(_POSTGRES[1])


Address = SqliteFile | PostgresServer


def parse(url: str) -> Address:
    """Read a database URL; StoreFault where it is neither kind, or where what speaks to it is not
    installed. The URL itself is never repeated in the message: it may hold a password."""
    if url.startswith(_SQLITE) and len(url) > len(_SQLITE) and "?" not in url:
        return SqliteFile(Path(url.removeprefix(_SQLITE)))
    for scheme in _POSTGRES:
        if url.startswith(scheme):
            if find_spec("psycopg") is None:
                raise StoreFault(
                    N_(
                        "PostgreSQL needs psycopg, which is not installed here. Install "
                        "requirements/postgres.txt, or fangxun[postgres]."
                    )
                )
            return PostgresServer(_POSTGRES[1] + url.removeprefix(scheme))
    raise StoreFault(
        N_(
            "The database address has the scheme {scheme}, which is not one of ours. Write "
            "sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME."
        ),
        scheme=url.partition(":")[0][:20] or "(none)",
    )


def existing(url: str) -> Address:
    """The same, and a SQLite file must be there; StoreFault tells how to make it."""
    address = parse(url)
    if isinstance(address, SqliteFile) and not address.path.is_file():
        raise StoreFault(
            N_("There is no database at {path}. Make it with: fangxun db upgrade"),
            path=address.path,
        )
    return address
