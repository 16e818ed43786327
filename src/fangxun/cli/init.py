"""`fangxun init DIR`: a commented fangxun.toml and a district folder to fill in, or the example."""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from fangxun import clock, config
from fangxun import district as districts
from fangxun.cli import words
from fangxun.core.errors import N_, Conflict
from fangxun.engine import acts
from fangxun.engine.acts import Act
from fangxun.standin.twilio_lives import TOKEN
from fangxun.store import base as store_base
from fangxun.text import _

app = words.group(help=_("Write a commented configuration and a district folder."))


@app.command(help=_("Write a commented configuration and a district folder."))
def init(
    folder: Annotated[Path, typer.Argument(help=_("The folder to make."))] = Path(),
    demo: Annotated[
        bool,
        typer.Option("--demo", help=_("The example district, with stand-ins on this machine.")),
    ] = False,
) -> None:
    """Write a configuration, a district folder and an empty state folder; with `--demo` put the
    example in force at once, since there is nothing in it to mend first."""
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
    if demo:
        _put_in_force(target)
    typer.echo(_("Next:"))
    for command in _next(folder, demo=demo):
        typer.echo(f"  {command}")


def _next(folder: Path, *, demo: bool) -> list[str]:
    """What to type now, in this order."""
    here = [] if folder == Path() else [f"cd {folder}"]
    first = ["fangxun db upgrade", "fangxun roster apply district"]
    if demo:
        apart = _("in a terminal of its own")
        first = [f"{sys.executable} -m fangxun.standin    # {apart}"]
    return [*here, *first, "fangxun doctor", "fangxun run"]


def _put_in_force(target: Path) -> None:
    """The example's database, district and the stand-in's token, which everybody knows."""
    settings = config.load(target)
    (settings.state_dir / "standin-token").write_text(f"{TOKEN}\n", encoding="utf-8")
    store_base.migrate(settings.database)
    opened = store_base.open_store(settings.database, key_path=settings.journal_key)
    try:
        acts.apply_district(
            opened,
            districts.read(settings.district),
            act=Act("admin", "init --demo", clock.now()),
        )
    finally:
        opened.close()
