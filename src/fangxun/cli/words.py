"""Typer's own words in the user's language: usage lines and what is wrong with a command line."""

from __future__ import annotations

import re
from collections.abc import Sequence

import typer
from typer._click import Context, HelpFormatter
from typer._click.exceptions import (
    BadParameter,
    ClickException,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)

from fangxun.core.errors import N_
from fangxun.text import _


def group(help: str) -> typer.Typer:  # noqa: A002  typer's own name
    """A command group as every file here makes it: plain text, help when nothing is asked."""
    return typer.Typer(
        help=help,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


class Formatter(HelpFormatter):
    """Help whose fixed words are in the user's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The usage line."""
        for word in ("[OPTIONS]", "COMMAND [ARGS]..."):
            args = args.replace(word, _(word))
        super().write_usage(prog, args, prefix if prefix is not None else f"{_('Usage:')} ")

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """A list of options; the one of --help itself is typer's."""
        known = {"Show this message and exit.": _("Show this message and exit.")}
        told = [(_typed(term), known.get(text, text)) for term, text in rows]
        super().write_dl(told, col_max, col_spacing)


_TYPES = {
    "<int>": N_("<number>"), "<float>": N_("<number>"), "<str>": N_("<text>"),
    "<path>": N_("<path>"),
}  # fmt: skip
"""What typer calls a value's type, and what a reader does."""


def _typed(term: str) -> str:
    for word, ours in _TYPES.items():
        term = term.replace(word, _(ours))
    return term


_WORDS = (N_("[OPTIONS]"), N_("COMMAND [ARGS]..."), N_("Options"), N_("Arguments"), N_("Commands"))
"""Typer's own, marked for the catalogue."""


Context.formatter_class = Formatter


def of_usage_error(error: ClickException) -> str:
    """What is wrong with a command line, and where its help is; the help itself where a group was
    called without a command."""
    if isinstance(error, NoArgsIsHelpError):
        return error.format_message()
    line = _("Error: {what}").format(what=_what(error))
    context = error.ctx if isinstance(error, UsageError) else None
    if context is None:
        return line
    hint = _("Help: {command} --help").format(command=context.command_path)
    return f"{context.get_usage()}\n{hint}\n{line}"


def _what(error: ClickException) -> str:
    name = ""
    if isinstance(error, BadParameter) and error.param is not None:
        name = (
            error.param.opts[-1]
            if error.param.param_type_name == "option"
            else (error.param.name or "")
        )
    if isinstance(error, MissingParameter):
        return _("{name} is missing.").format(name=name)
    if isinstance(error, NoSuchOption):
        return _("there is no option {name}.").format(name=error.option_name)
    if isinstance(error, BadParameter):
        return _("{name}: {why}").format(name=name, why=_why(error.message))
    return error.format_message()


_WHY = (
    (r"Input should be a valid integer.*", N_("a whole number is expected")),
    (r"Input should be a valid number.*", N_("a number is expected")),
    (r"Input should be less than or equal to (\S+)", N_("at most {0} is allowed")),
    (r"Input should be greater than or equal to (\S+)", N_("at least {0} is needed")),
    (r"Value error, .* is not one of (.+?)\.?", N_("one of these is expected: {0}")),
)
"""How typer words what is wrong with a value, and how we do."""


def _why(message: str) -> str:
    for pattern, ours in _WHY:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return _(ours).format(*found.groups())
    return message
