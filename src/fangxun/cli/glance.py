"""fangxun.toml and the district's language at a glance: without the configuration's checks, since
`fangxun who` must answer at once, and before typer is imported, which then speaks the language.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from fangxun.core.errors import FangxunError

PREFIX = "sqlite:///"


def path(environ: Mapping[str, str]) -> Path:
    """Where the configuration is, as `config.find` has it."""
    return Path(environ.get("FANGXUN_CONFIG", "fangxun.toml"))


def written(environ: Mapping[str, str]) -> dict[str, Any]:
    """What fangxun.toml holds; OSError, UnicodeDecodeError or tomllib's where it cannot be read."""
    with path(environ).open("rb") as file:
        return tomllib.load(file)


def database(environ: Mapping[str, str], found: Mapping[str, Any]) -> str:
    """The database that the daemon works with: the file's, the environment's, or the default."""
    given = found.get("database") or environ.get("FANGXUN_CONF_DATABASE")
    url = str(given or "sqlite:///state/fangxun.db")
    if url.startswith(PREFIX) and not url.startswith("sqlite:////"):
        return PREFIX + str(path(environ).resolve().parent / url.removeprefix(PREFIX))
    return url


def language(environ: Mapping[str, str]) -> str:
    """The district's language: as fangxun.toml sets it for this installation, else as applied,
    else as its folder has it; "" where none is known.

    What was applied is looked up in SQLite alone: a help text does not wait for a server.
    """
    try:
        found = written(environ)
    except (OSError, ValueError):
        found = {}  # config.load says what is wrong with it
    given = found.get("language") or environ.get("FANGXUN_CONF_LANGUAGE")
    return str(given or _applied(database(environ, found)) or _in_folder(environ, found))


def _applied(url: str) -> str:
    if not url.startswith(PREFIX) or not os.path.exists(url.removeprefix(PREFIX)):  # noqa: PTH110  no second Path
        return ""
    from fangxun.store import peek  # noqa: PLC0415  only where there is something to ask

    try:
        return peek.about(url).language
    except FangxunError:
        return ""


def _in_folder(environ: Mapping[str, str], found: Mapping[str, Any]) -> str:
    folder = found.get("district") or environ.get("FANGXUN_CONF_DISTRICT") or "district"
    with (
        suppress(OSError, ValueError),
        (path(environ).resolve().parent / str(folder) / "district.toml").open("rb") as file,
    ):
        return str(tomllib.load(file).get("language", ""))
    return ""
