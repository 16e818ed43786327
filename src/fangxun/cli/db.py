"""`fangxun db`: make or upgrade the database; back it up and prove the copy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fangxun.cli import base, words
from fangxun.store import base as store_base
from fangxun.text import _

app = words.group(help=_("The database: upgrade and backup."))


@app.command(help=_("Make the database, or bring it to this version."))
def upgrade() -> None:
    """Migrate."""
    settings = base.settings()
    settings.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    store_base.migrate(settings.database)
    typer.echo(_("The database is ready."))


@app.command(help=_("Copy the database while it runs, and prove that the copy opens."))
def backup(
    to: Annotated[Path, typer.Argument(help=_("The file to write; it must not exist."))],
) -> None:
    """Back up."""
    store_base.backup(base.settings().database, to)
    typer.echo(
        _("Backed up to {path}; the journal's key is a file apart, keep it too.").format(path=to)
    )
