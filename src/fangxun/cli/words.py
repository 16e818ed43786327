"""Typer's own words in the user's language: help, usage lines and values."""

from __future__ import annotations

import re
from collections.abc import Sequence

import typer
from typer._click import Context, HelpFormatter
from typer.core import TyperGroup

from fangxun.core.errors import N_
from fangxun.text import _, translator

CHOICES = (
    "blue", "yellow", "orange", "red",
    "rain", "flood", "flash_flood", "geological", "typhoon", "other",
    "sms", "voice", "console", "email", "zh_CN", "en", "call", "letter", "visit",
)  # fmt: skip
"""Values that a person chooses among: said, and understood, in his language."""
RESPONSES = {"IV": "4四Ⅳ", "III": "3三Ⅲ", "II": "2二Ⅱ", "I": "1一Ⅰ"}
"""A response level, and the figures that people write for it."""


def group(help: str, kind: type[TyperGroup] | None = None) -> typer.Typer:  # noqa: A002  typer's own name
    """A command group as every file here makes it: plain text, help when nothing is asked. `kind`:
    one that has some of its commands elsewhere (`cli.later`)."""
    return typer.Typer(
        cls=kind or TyperGroup,
        help=help,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def meant(token: str) -> str:
    """A word of the command line as typer knows it: 红色 is red, 洪水 is flood, 二级 is II."""
    figure = token.strip().upper().removesuffix("响应").removesuffix("级")
    for level, figures in RESPONSES.items():
        if figure and (figure == level or figure in figures):
            return level
    if token.isascii():
        return token
    chinese = translator("zh_CN")
    for choice in CHOICES:
        said = chinese(choice)
        if token in {said, said.removesuffix("色")}:
            return choice
    return token


class Formatter(HelpFormatter):
    """Help whose fixed words are in the user's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The usage line."""
        for word in ("[OPTIONS]", "COMMAND [ARGS]..."):
            args = args.replace(word, _(word))
        args = re.sub(r"(?<=[\[{])\w+(?=[\]}])", lambda found: argument(found[0]), args)
        super().write_usage(prog, args, prefix if prefix is not None else f"{_('Usage:')} ")

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """A list of options; the one of --help itself is typer's."""
        known = {"Show this message and exit.": _("Show this message and exit.")}
        told = [(_typed(term), known.get(text, _ranged(text))) for term, text in rows]
        super().write_dl(told, col_max, col_spacing)


_ARGUMENTS = {
    "page": N_("PAGE"), "person": N_("PERSON"), "incident": N_("INCIDENT"), "place": N_("PLACE"),
    "level": N_("LEVEL"), "text": N_("TEXT"), "gauge": N_("GAUGE"), "end": N_("TIME"),
    "folder": N_("FOLDER"), "name": N_("NAME"), "identifier": N_("NUMBER"), "to": N_("FILE"),
    "storm": N_("STORM"), "kind": N_("KIND"), "file": N_("FILE"),
}  # fmt: skip
"""A command's argument -> what stands for it in its usage line."""


def argument(name: str) -> str:
    """What a usage line calls an argument."""
    return _(_ARGUMENTS.get(name, name))


_TYPES = {
    "int": N_("<number>"), "float": N_("<number>"), "str": N_("<text>"), "path": N_("<path>"),
    "list[str]": N_("<text>"),
}  # fmt: skip
"""What typer calls a value's type, and what a reader does."""


def _typed(term: str) -> str:
    """An argument or option with its kind of value, as a reader says it."""
    return re.sub(r"^\w+(?= |$)", lambda found: argument(found[0]), _valued(term))


def _valued(term: str) -> str:
    def said(found: re.Match[str]) -> str:
        plain = _TYPES.get(found[1].removesuffix(" range"))
        return _(plain) if plain else f"<{'|'.join(_(one) for one in found[1].split('|'))}>"

    return re.sub(r"<([^<>]+)>", said, term)


_RANGES = (
    (re.compile(r"(\S+)<=x<=([^\s;\]]+)"), N_("{0} to {1}")),
    (re.compile(r"x>=([^\s;\]]+)"), N_("at least {0}")),
    (re.compile(r"x<=([^\s;\]]+)"), N_("at most {0}")),
)


def _ranged(text: str) -> str:
    """Bounds of a number in words."""
    for pattern, ours in _RANGES:
        if found := pattern.search(text):
            text = text.replace(found[0], _(ours).format(*found.groups()))
    return text


_WORDS = (N_("[OPTIONS]"), N_("COMMAND [ARGS]..."), N_("Options"), N_("Arguments"), N_("Commands"))
"""Typer's own, marked for the catalogue."""


Context.formatter_class = Formatter
