"""`fangxun doctor`: check everything, and say in a sentence each what is wrong and what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Annotated

import typer

from fangxun import clock, config, wiring
from fangxun import district as districts
from fangxun.cli import base, words
from fangxun.cli.finding import sentence
from fangxun.cli.options import Json
from fangxun.config import Settings
from fangxun.core.errors import FangxunError
from fangxun.core.level import COLOURS
from fangxun.core.plan import Channel
from fangxun.core.timeline import Span
from fangxun.core.wording import Occasion, registered
from fangxun.engine import reach, texts
from fangxun.engine.check import check
from fangxun.engine.housekeep import LEAST_FREE
from fangxun.engine.parts import Parts
from fangxun.engine.reach import Way
from fangxun.engine.view import View
from fangxun.feeds.base import Failed, Fresh, Memory
from fangxun.gateways.base import Gateway
from fangxun.sheet import halfway
from fangxun.store.base import Store
from fangxun.text import _, say, wordings

app = words.group(help=_("Check everything, and say what is wrong and what to do."))
CLOCK_OFF = timedelta(seconds=30)
MOST_NOTES = 3
"""Of what a feed's rows are wrong in; `fangxun feed poll` tells more."""
ROSTER_AHEAD = timedelta(days=14)
REHEARSE = "fangxun plan rehearse"


@app.command(
    help=_("Check everything, and say what is wrong and what to do; exit code 1 if anything is.")
)
def doctor(
    offline: Annotated[
        bool, typer.Option("--offline", help=_("Ask no feed and no gateway."))
    ] = False,
    as_json: Json = False,
) -> None:
    """Run every check; a failing one does not stop the others."""
    checks = []
    for name, found in examine(offline=offline):
        checks.append({"check": name, "found": found})
        if not as_json:
            typer.echo(f"{'×' if found else '√'} {name}")
            for line in found:
                typer.echo(f"    {line}")
    wrong = sum(len(check["found"]) for check in checks)
    if as_json:
        base.print_json(checks)
    else:
        typer.echo(_("{count} things to mend.").format(count=wrong) if wrong else _("All is well."))
        typer.echo(_("What a raise would come to: {command}").format(command=REHEARSE))
    raise typer.Exit(1 if wrong else 0)


def examine(*, offline: bool) -> Iterator[tuple[str, list[str]]]:
    """Each check's name and what it found; empty where all is well."""
    try:
        settings = config.load(config.find(os.environ))
    except FangxunError as error:
        yield _("configuration"), [say(error)]
        return
    yield _("configuration"), _configuration(settings)
    yield _("district folder"), _guarded(lambda: _district(settings))
    yield _("disk"), _guarded(lambda: _disk(settings))
    try:
        opened = wiring.store(settings)
    except FangxunError as error:
        yield _("database"), [say(error)]
        return
    try:
        yield _("database"), []
        seen = base.view(opened, now=clock.now())
        yield _("duty tables in force"), _guarded(lambda: _duty(settings, seen))
        yield from _running(settings, opened, seen, offline=offline)
    except FangxunError as error:
        yield _("district in force"), [say(error)]
    finally:
        opened.close()


def _running(
    settings: Settings, opened: Store, seen: View, *, offline: bool
) -> Iterator[tuple[str, list[str]]]:
    yield _("roster, the next 14 days"), _roster(seen)
    try:
        parts = wiring.parts(settings, opened, language=seen.district.language)
    except FangxunError as error:
        yield _("feeds and gateways"), [say(error)]
        return
    if not offline:
        for name in parts.feeds:
            yield _("feed {name}").format(name=name), _guarded(partial(_feed, parts, name))
        for gateway in parts.gateways:
            yield (
                _("gateway {name}").format(name=gateway.name),
                _guarded(partial(_gateway, gateway)),
            )
    yield _("registered templates"), _templates(seen, parts)
    yield _("everybody can be reached and can confirm"), _people(seen, parts)


def _guarded(check: Callable[[], list[str]]) -> list[str]:
    try:
        return check()
    except FangxunError as error:
        return say(error).splitlines()


def _configuration(settings: Settings) -> list[str]:
    found = []
    if not settings.feed:
        found.append(_("No [[feed]] is configured: nobody tells us of rain."))
    if not any(item.kind != "console" for item in settings.gateway):
        found.append(_("No [[gateway]] is configured: nobody can be paged."))
    return found


def _district(settings: Settings) -> list[str]:
    districts.read(settings.district)
    return []


def _duty(settings: Settings, seen: View) -> list[str]:
    """What the duty tables of the folder and those in force have different."""
    if halfway.left(settings.district):
        return [_(halfway.CUT_OFF)]
    changes = districts.compare(seen.district, districts.read(settings.district))
    days = [change for change in changes if change.kind is districts.ChangeKind.DUTY]
    if not days:
        return []
    text = _("{count} lines of duty/*.csv are not in force, first {name}; see fangxun roster apply")
    return [text.format(count=len(days), name=days[0].name)]


def _disk(settings: Settings) -> list[str]:
    folder = settings.state_dir if settings.state_dir.exists() else settings.folder
    free = shutil.disk_usage(folder).free
    if free >= LEAST_FREE:
        return []
    return [
        _("Only {free} MB are free at {path}; a storm needs {least}.").format(
            free=free // 1_000_000, path=folder, least=LEAST_FREE // 1_000_000
        )
    ]


def _roster(seen: View) -> list[str]:
    """As `roster check`, but for who cannot be reached: that is said of everybody below."""
    found = check(seen, Span(seen.at, seen.at + ROSTER_AHEAD), parts=None)
    return [sentence(seen, finding) for finding in found]


def _feed(parts: Parts, name: str) -> list[str]:
    """One poll that is not kept, and our clock against the server's."""
    polled = parts.feeds[name].poll(Memory(), now=clock.now())
    if isinstance(polled, Failed):
        return [polled.reason]
    wrong = [polled.fault, polled.odd] if isinstance(polled, Fresh) else []
    if isinstance(polled, Fresh) and not (polled.complete or any(wrong)):
        wrong.append(
            _("Not all of it could be read ({why}); mend it at its source.").format(
                why="; ".join(polled.notes[:MOST_NOTES])
            )
        )
    off = abs(clock.now() - polled.server_date) if polled.server_date else timedelta(0)
    if off > CLOCK_OFF:
        wrong.append(
            _(
                "Our clock and the server's differ by {seconds} seconds; set the clock (NTP)."
            ).format(seconds=round(off.total_seconds()))
        )
    return [said for said in wrong if said]


def _gateway(gateway: Gateway) -> list[str]:
    wrong = gateway.check()
    return [wrong] if wrong else []


def _templates(seen: View, parts: Parts) -> list[str]:
    """A gateway that takes registered templates only says nothing that has none."""
    languages = {texts.language_of(seen, person) for person in seen.people}
    found = []
    for gateway in parts.gateways:
        missing = [] if gateway.abilities.free_text else _unregistered(parts, gateway, languages)
        if missing:
            found.append(
                _(
                    "{gateway} takes registered templates only, and has none for: {kinds}. These "
                    "go over another gateway or not at all; add a [[gateway.template]] for each."
                ).format(gateway=gateway.name, kinds=", ".join(missing))
            )
    return found


def _unregistered(parts: Parts, gateway: Gateway, languages: set[str]) -> list[str]:
    """The kinds of text for which it has no template at some level, in some language."""
    wanted: dict[str, None] = {}
    for base_kind in wordings.BASES:
        kind = texts.way(parts, base_kind, gateway, "")
        for language, level in product(sorted(languages), COLOURS):
            have = parts.templates.get(gateway.name, ())
            if registered(have, kind, Occasion(language, level)) is None:
                wanted[kind if kind in wordings.KINDS else base_kind] = None
    return list(wanted)


def _people(seen: View, parts: Parts) -> list[str]:
    """Everybody needs a channel that delivers and a way to confirm on it."""
    plan = seen.district.plan
    used = reach.channels(plan)
    if not reach.any_way(parts, plan):
        return [_("No gateway carries what the plan uses ({by}).").format(by=_named(used))]
    found = []
    for person in seen.people.values():
        wrong = _unreachable(reach.ways(parts, plan, person), used)
        if not wrong:
            continue
        last = person.id == plan.last_resort
        said = (
            _("{person}, the last resort of every alarm: {why}") if last else _("{person}: {why}")
        )
        found.append(said.format(person=person.name, why=wrong))
    return found


def _unreachable(ways: Sequence[Way], used: Sequence[Channel]) -> str:
    if not ways:
        return _(
            "has no valid number that a gateway reaches by what the plan uses ({by}); "
            "mend people.csv"
        ).format(by=_named(used))
    if any(way.confirms for way in ways):
        return ""
    by = "; ".join(dict.fromkeys(f"{_(way.channel.value)}, {way.gateway}" for way in ways))
    return _(
        "is reached ({by}) and cannot confirm: no reply, no link, no key comes back; the duty "
        "officer must relay"
    ).format(by=by)


def _named(channels: Sequence[Channel]) -> str:
    return ", ".join(_(channel.value) for channel in channels)
