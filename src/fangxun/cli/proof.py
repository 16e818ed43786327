"""A report on the terminal and as a file, of an incident, a drill or an exercise."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from fangxun.board.paper import Reader, html, workbook
from fangxun.board.paper import tables as papers
from fangxun.board.paper.files import put
from fangxun.board.paper.html import said
from fangxun.board.paper.reader import seconds
from fangxun.cli import base, times
from fangxun.core.district import District
from fangxun.core.errors import N_, FaultyInput
from fangxun.core.report import AfterAction, Report
from fangxun.engine.view import maps_of
from fangxun.text import _, language

KINDS = (".json", ".html", ".xlsx")
SHOWN = ("units", "doors", "duplicates", "announcements")
"""Tables that fit a terminal beside the one of people."""


def reader(district: District, reasons: Mapping[str, Mapping[str, str]]) -> Reader:
    """How this district is told of its own report."""
    return Reader(maps_of(district).names, district.roster.zone, district.name, reasons)


def kind_of(path: Path) -> str:
    """The end of a report's name; FaultyInput for one that no report has."""
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise FaultyInput(
            N_("{path}: a report is written as one of {kinds}"), path=path, kinds=" ".join(KINDS)
        )
    return kind


def write(path: Path, report: Report, told: Reader) -> None:
    """Write the kind of file that the name's end asks for, whole or not at all, readable by its
    owner only: it names people."""
    kind = kind_of(path)
    if kind == ".xlsx":
        content = workbook(report, told)
    elif kind == ".html":
        content = html(report, told, language=language()).encode()
    else:
        plain = json.dumps(base.plain(report), ensure_ascii=False, indent=2)
        content = plain.encode()
    put(path, content)


AsHtml = Annotated[
    bool, typer.Option("--html", help=_("Write one HTML page, for the phone and for A4."))
]
AsXlsx = Annotated[bool, typer.Option("--xlsx", help=_("Write a workbook."))]
To = Annotated[
    Path | None,
    typer.Option(
        "--to", help=_("The file to write; without it one in this folder, named after the report.")
    ),
]


@dataclass(frozen=True, slots=True)
class Files:
    """Which files were asked for: `ends` of names, and `to`, where they go."""

    ends: tuple[str, ...]
    to: Path | None

    @classmethod
    def of(cls, *, as_html: bool, as_xlsx: bool, to: Path | None) -> Files:
        """From the options; without a kind the name's end says it."""
        ends = [end for end, wanted in ((".html", as_html), (".xlsx", as_xlsx)) if wanted]
        if to is not None and not ends:
            ends = [to.suffix]
        return cls(tuple(ends), to)

    def write(self, report: Report, told: Reader, *, name: str) -> None:
        """Write each, and say so; `name` is theirs where none was given."""
        for end in self.ends:
            path = (self.to or Path(name)).with_suffix(end)
            write(path, report, told)
            typer.echo(_("Written: {path}").format(path=path))

    def write_as(self, ways: Mapping[str, Callable[[], bytes]], *, name: str) -> None:
        """The same of what is made in one of these ways, by the end of the file's name."""
        for end in self.ends:
            path = (self.to or Path(name)).with_suffix(end)
            if end not in ways:
                raise FaultyInput(
                    N_("{path}: a report is written as one of {kinds}"),
                    path=path,
                    kinds=" ".join(ways),
                )
            put(path, ways[end]())
            typer.echo(_("Written: {path}").format(path=path))


def show(report: Report, told: Reader) -> None:
    """The report on the terminal: people, then the tables that name and count."""
    after = report.after
    base.table(
        [
            (
                row.name,
                told.name("place", row.place),
                _(row.level.value),
                _(row.outcome.value),
                _(row.why.value) if row.why else "",
                times.shown(row.opened_at, told.zone),
                times.shown(row.told_at, told.zone),
                times.shown(row.confirmed_at, told.zone),
                str(row.attempts),
                str(row.possible_duplicates or ""),
            )
            for row in after.rows
        ],
        (
            _("who"), _("place"), _("level"), _("outcome"), _("why"), _("paged"), _("told"),
            _("confirmed"), _("attempts"), _("copies"),
        ),
    )  # fmt: skip
    for table in papers.tables(report, told):
        if table.key in SHOWN and table.rows:
            typer.echo(f"\n{table.title}")
            base.table([tuple(map(said, row)) for row in table.rows], table.heads)
    typer.echo()
    for outcome, count in after.by_outcome:
        typer.echo(f"{_(outcome.value)}: {count}")
    for line in how_long(after):
        typer.echo(line)
    typer.echo(_("All times are local: {zone}").format(zone=told.zone_at(report.made_at)))


def took(time: timedelta | None) -> str:
    """A time as the terminal says it; "-" for none."""
    return f"{seconds(time)} s" if time is not None else "-"


def how_long(after: AfterAction) -> Iterator[str]:
    """How long people took, where anybody has confirmed."""
    half, most = seconds(after.median), seconds(after.ninetieth)
    if half is not None:
        yield _("time to confirm: half within {half} s, nine in ten within {most} s").format(
            half=half, most=most
        )
