"""A command imports what it needs and nothing of the others, so that it answers at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

from fangxun.cli.main import COMMANDS
from tests.cli.conftest import Desk

LOADED = """
import contextlib, io, sys
from fangxun.cli.main import run
with contextlib.redirect_stdout(io.StringIO()):
    code = run(sys.argv[1:])
assert code == 0
print(*sys.modules)
"""
HEAVY = {
    "alembic", "apscheduler", "fastapi", "holidays", "httpx", "numpy", "openpyxl", "shapely",
    "sqlalchemy", "sqlmodel", "twilio",
}  # fmt: skip
"""Typer itself imports pydantic, to read options."""


def loaded(*words: str) -> set[str]:
    """What is imported once a command line has been answered, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("words", [["--help"], ["who"]], ids=" ".join)
def test_help_and_who_import_no_other_command_and_nothing_heavy(
    desk: Desk,  # noqa: ARG001  a district in force, in the folder where the command is called
    words: list[str],
) -> None:
    """The duty officer asks who stands while the machine is busy with the storm."""
    found = loaded(*words)
    modules = {f"fangxun.cli.{module}" for module, _line in COMMANDS.values()}
    assert found & modules <= {f"fangxun.cli.{word}" for word in words}
    assert found & HEAVY == set()
