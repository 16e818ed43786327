"""A command group some of whose commands stand in files of their own, imported when called."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import ClassVar

from typer._click import Command, Context, HelpFormatter
from typer.core import TyperGroup
from typer.main import get_command as typer_command

from fangxun.text import _


class Later(TyperGroup):
    """`more`: name -> (module in this package, one line of help). Such a module has an `app` with
    the one command."""

    more: ClassVar[Mapping[str, tuple[str, str]]] = {}

    def list_commands(self, ctx: Context) -> list[str]:
        """Those of the group's own file first."""
        return [*super().list_commands(ctx), *self.more]

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Import the module of a command that stands apart."""
        if cmd_name not in self.more:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f"fangxun.cli.{self.more[cmd_name][0]}")
        command = typer_command(module.app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The list in --help, without importing what stands apart."""
        own = [(name, super(Later, self).get_command(ctx, name)) for name in self.commands]
        rows = [(name, command.get_short_help_str()) for name, command in own if command]
        rows += [(name, _(line)) for name, (_module, line) in self.more.items()]
        with formatter.section(_("Commands")):
            formatter.write_dl(rows)
