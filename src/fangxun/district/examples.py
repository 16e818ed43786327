"""The folders that come with Fangxun: the example district, and a template to begin with."""

from __future__ import annotations

import shutil
from pathlib import Path

from fangxun.core.errors import N_, Conflict, NotFound
from fangxun.district.folder import FOLDERS

EXAMPLE = "yunxi"
TEMPLATE = "empty"


def example_path() -> Path:
    """The example district 云溪区: plainly fictional, its numbers ring nobody. Read only."""
    return _shipped(EXAMPLE)


def template_path() -> Path:
    """A small commented district with one town. Read only."""
    return _shipped(TEMPLATE)


def write_example(dest: Path) -> Path:
    """Copy the example district to `dest`, a folder that is empty or not there; `dest`."""
    return _copy(example_path(), dest)


def write_template(dest: Path) -> Path:
    """Copy the commented template to `dest`, a folder that is empty or not there; `dest`."""
    return _copy(template_path(), dest)


def _shipped(name: str) -> Path:
    """Within the package when installed from a wheel, beside src/ in a source tree."""
    here = Path(__file__).resolve()
    for path in (here.parents[1] / "rosters" / name, here.parents[3] / "rosters" / name):
        if (path / "district.toml").is_file():
            return path
    message = N_("The folder rosters/{name} is missing from this installation; install it anew.")
    raise NotFound(message, name=name)


def _copy(source: Path, dest: Path) -> Path:
    """Copy tables and structure; never over something that is there."""
    if dest.exists() and (not dest.is_dir() or any(dest.iterdir())):
        message = N_("{path} is there already and not empty; name a new folder")
        raise Conflict(message, path=dest)
    for folder in ("", *FOLDERS):
        for file in sorted((source / folder).glob("*.*")):
            if file.suffix in {".csv", ".toml", ".geojson", ".md"}:
                target = dest / folder / file.name
                target.parent.mkdir(parents=True, exist_ok=True)
                # The bytes alone: a wheel's files may be read-only, the copy is to be edited.
                shutil.copyfile(file, target)
    return dest
