"""What is wrong with a command line, in the user's language; loaded when something is."""

from __future__ import annotations

import re

from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    ClickException,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)

from fangxun.cli.words import argument
from fangxun.core.errors import N_
from fangxun.text import _


def sentence(error: ClickException) -> str:
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
    if isinstance(error, MissingParameter):
        return _("{name} is missing.").format(name=_name(error))
    if isinstance(error, NoSuchOption):
        return _("there is no option {name}.").format(name=error.option_name)
    if isinstance(error, BadOptionUsage):
        template = _("{name} needs a value.")
        if "does not take" in error.message:
            template = _("{name} takes no value.")
        return template.format(name=error.option_name)
    if isinstance(error, BadParameter):
        return _("{name}: {why}").format(name=_name(error), why=_matched(error.message, _WHY))
    return _matched(error.format_message(), _WHOLE)


def _name(error: BadParameter) -> str:
    if error.param is None:
        return ""
    if error.param.param_type_name == "option":
        return str(error.param.opts[-1])
    return argument(error.param.name or "")


_WHOLE = (
    (r"Got unexpected extra argument\(s\) \((.*)\)", N_("too many words: {0}")),
    (r"(.*?)\.? Did you mean (.+)\?", N_("{0} Did you mean {1}?")),
)
_WHY = (
    (r"Input should be a valid integer.*", N_("a whole number is expected")),
    (r"Input should be a valid number.*", N_("a number is expected")),
    (r"Input should be a finite number.*", N_("a number is expected")),
    (r"Input should be less than or equal to (\S+)", N_("at most {0} is allowed")),
    (r"Input should be greater than or equal to (\S+)", N_("at least {0} is needed")),
    (r"Value error, .* is not one of (.+?)\.?", N_("one of these is expected: {0}")),
)
"""How typer words what is wrong, and how we do."""


def _matched(message: str, table: tuple[tuple[str, str], ...]) -> str:
    for pattern, ours in table:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return _(ours).format(*(_choices(part or "") for part in found.groups()))
    return message


def _choices(listed: str) -> str:
    """Values between quotes as the reader's words; anything else as it stands."""
    if not re.fullmatch(r"'[^']*'(, '[^']*')*", listed):
        return listed
    return ", ".join(_(one) for one in re.findall(r"'([^']*)'", listed))
