"""Typer's own words, marked here so that they stand in our catalogues.

Typer asks gettext for them when it is imported or prints help; a test reads the installed Typer and
fails when it asks for one that is not here. Its other words (usage errors) are in `cli.words`.
"""

from __future__ import annotations

from fangxun.core.errors import N_

TYPER = (
    N_("(dynamic)"),
    N_("Aborted!"),
    N_("Arguments"),
    N_("Commands"),
    N_("Missing command."),
    N_("No such command {name!r}."),
    N_("Options"),
    N_("default: {default}"),
    N_("env var: {var}"),
    N_("required"),
)
