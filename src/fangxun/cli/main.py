"""The table of commands, loaded one by one; errors become a sentence and an exit code."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from contextlib import suppress

import typer
from typer._click import Command, Context, HelpFormatter
from typer._click.exceptions import ClickException
from typer.core import TyperGroup
from typer.main import get_command as typer_command

from fangxun import __version__
from fangxun.cli import words
from fangxun.core.errors import N_, FangxunError
from fangxun.text import _, say, sentence

COMMANDS: dict[str, tuple[str, str]] = {
    "who": ("who", N_("Who is on watch, with phone numbers and until when.")),
    "watch": ("watch", N_("The terminal in the duty room: level, watch, open pages; it rings.")),
    "page": ("page", N_("Pages: list, confirm, relay, arrive, moved out, send.")),
    "incident": (
        "incident",
        N_("Incidents: list, show, raise, lower, stand down, correct, note, report."),
    ),
    "exercise": (
        "exercise",
        N_("Exercises with real people: start, list, show, stop, report."),
    ),
    "spotcheck": (
        "spotcheck",
        N_("Spot checks of who is on watch: now, schedule, list, report, stop."),
    ),
    "plan": ("plan", N_("The plan: rehearse what a raise would come to.")),
    "response": ("response", N_("Response levels: propose and approve.")),
    "roster": ("roster", N_("The roster: show, check, apply, cover, swap.")),
    "handover": (
        "handover",
        N_("The handover: what is passed on; pass, confirm, countersign; open matters."),
    ),
    "message": ("message", N_("Messages: preview what a text says, takes and costs.")),
    "number": ("number", N_("Numbers: list those that failed for good; use one again.")),
    "warning": ("warning", N_("Warnings: list; add or end one that came by telephone.")),
    "reading": ("reading", N_("Readings: list; accept or reject a suspect one.")),
    "feed": ("feed", N_("Feeds: list their state; poll one now.")),
    "journal": ("journal", N_("The journal: show it; add a call or letter; verify its chain.")),
    "drill": ("drill", N_("Replay a storm through the whole system; nothing leaves the machine.")),
    "init": ("init", N_("Write a commented configuration and a district folder.")),
    "doctor": ("doctor", N_("Check everything, and say what is wrong and what to do.")),
    "run": ("run", N_("The daemon.")),
    "watchdog": ("watchdog", N_("Ring when the daemon's last full cycle is too old.")),
    "db": ("db", N_("The database: upgrade and backup.")),
}
"""Name -> (module in this package, one line of help); in the order in which help shows them."""


class Lazy(TyperGroup):
    """A group that imports a command's module only when the command is called."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002  click's signature
        """All names, without importing any."""
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:  # noqa: ARG002  as in Click
        """Import the module and give its command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"fangxun.cli.{COMMANDS[cmd_name][0]}")
        command = typer_command(module.app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002  as in Click
        """The list in --help, from the table above."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(line)) for name, (_m, line) in COMMANDS.items()])


app = typer.Typer(
    cls=Lazy,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "token_normalize_func": words.meant,
    },
    help=_("Fangxun: flood-season duty roster, heavy-rain assessment and confirmed paging."),
)


@app.callback(invoke_without_command=True)
def main(
    version: bool = typer.Option(False, "--version", help=_("Print the version and exit.")),
) -> None:
    """Options before any command."""
    if version:
        typer.echo(f"fangxun {__version__}")
        raise typer.Exit


EXIT_CODES: tuple[tuple[str, int, str], ...] = (
    ("", 0, N_("done")),
    ("Finding", 1, N_("done, and something was found (doctor, check, verify, drill)")),
    ("ClickException", 2, N_("the command's words are wrong")),
    ("FaultyInput", 3, N_("what was given or configured is faulty; nothing was changed")),
    ("Refused", 4, N_("a rule forbids it now; nothing was changed")),
    ("NotFound", 5, N_("no such thing")),
    ("Conflict", 6, N_("somebody else was there first")),
    ("StoreFault", 7, N_("the database cannot be used as it is")),
    ("Abort", 130, N_("interrupted, or a question was left unanswered")),
    ("OSError", 8, N_("this machine would not: a file, the disk, the network")),
    ("Exception", 9, N_("a fault of Fangxun itself; please report it")),
)
"""The whole table, by the names of errors' classes; README shows it."""


def exit_code(error: Exception) -> int:
    """The exit code of an error, by its class in the tree."""
    names = {base.__name__ for base in type(error).__mro__}
    return next(code for name, code, _meaning in EXIT_CODES if name in names)


def run(argv: Sequence[str]) -> int:
    """Run one command line; returns its exit code. Whatever goes wrong is one sentence."""
    try:
        result = typer_command(app)(list(argv), prog_name="fangxun", standalone_mode=False)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001  each is told, with its trace in the daemon's log
        with suppress(OSError):
            typer.echo(_told(error), err=True)
        return exit_code(error)
    return result if isinstance(result, int) else 0


def _told(error: Exception) -> str:
    """An error as its sentence."""
    match error:
        case ClickException():
            from fangxun.cli import usage  # noqa: PLC0415  only where a command line is wrong

            return usage.sentence(error)
        case typer.Abort():
            return "\n" + _("No answer, so nothing was changed. See --reason and --yes in --help.")
        case FangxunError():
            return say(error)
        case OSError():
            return sentence(N_("This machine would not: {why}"), {"why": error})
    return _fault(error)


def _fault(error: Exception) -> str:
    """A fault of ours: what a reader can do, and what he would need to mend it."""
    import logging  # noqa: PLC0415  `who` does without

    if logging.getLogger().handlers:
        logging.getLogger(__name__).error("fault", exc_info=error, extra={"action": "cli_fault"})
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    where = f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last is not None else "?"
    return sentence(
        N_("A fault of Fangxun itself; please report it with this: {kind} in {where}: {why}"),
        {"kind": type(error).__name__, "where": where, "why": error},
    )
