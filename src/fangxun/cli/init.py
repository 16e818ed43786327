"""`fangxun init DIR`: a commented fangxun.toml and a district folder to fill in, or the example."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from fangxun import district as districts
from fangxun.cli import words
from fangxun.core.errors import N_, Conflict
from fangxun.text import _

app = words.group(help=_("Write a commented configuration and a district folder."))


@app.command(help=_("Write a commented configuration and a district folder."))
def init(
    folder: Annotated[Path, typer.Argument(help=_("The folder to make."))],
    demo: Annotated[
        bool,
        typer.Option("--demo", help=_("The example district, with stand-ins on this machine.")),
    ] = False,
) -> None:
    """Write a configuration, a district folder, an empty state folder; make the database."""
    target = folder / "fangxun.toml"
    if target.exists():
        raise Conflict(N_("{path} exists already; choose another folder."), path=target)
    folder.mkdir(parents=True, exist_ok=True)
    (districts.write_example if demo else districts.write_template)(folder / "district")
    name = "demo.toml" if demo else "fangxun.toml"
    text = resources.files("fangxun.cli").joinpath("templates", name).read_text(encoding="utf-8")
    target.write_text(text, encoding="utf-8")
    (folder / "state").mkdir(mode=0o700, exist_ok=True)
    typer.echo(_("Written: {path}").format(path=target))
    typer.echo(_("Next:"))
    for command in (
        "fangxun db upgrade",
        "fangxun roster apply district",
        "fangxun doctor",
        "fangxun run",
    ):
        typer.echo(f"  cd {folder} && {command}" if command.endswith("upgrade") else f"  {command}")
