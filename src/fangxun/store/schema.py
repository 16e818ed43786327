"""Alembic, where migrations are run or checked; nothing else imports it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration for our one tree, over a connection that has begun."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def upgrade(connection: Connection) -> None:
    """Run every migration that is missing."""
    command.upgrade(config(connection), "head")


def check(connection: Connection) -> None:
    """Raise alembic's CommandError where tables and migrations differ."""
    command.check(config(connection))


def revisions() -> tuple[str, ...]:
    """Every migration in order, oldest first."""
    walked = ScriptDirectory.from_config(config()).walk_revisions()
    return tuple(script.revision for script in reversed(list(walked)))
