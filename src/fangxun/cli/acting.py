"""An act from a terminal: who does it and why, on the real store or on a rehearsal of it, and
whether anybody will be paged for it."""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import typer

from fangxun import clock
from fangxun.cli import base, times
from fangxun.cli.watchdog import look
from fangxun.core.errors import N_, FangxunError, FaultyInput, Refused
from fangxun.core.responsibility import Person
from fangxun.engine import paper
from fangxun.engine.acts import Act
from fangxun.engine.view import View
from fangxun.store import lock, meta
from fangxun.store.base import Store
from fangxun.text import _, say

DEAD_AFTER = timedelta(seconds=60)
"""Without a full cycle for so long nobody is paged."""
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Desk:
    """`store` is what the act is done on: a rehearsal's keeps nothing. `opened` is the real one, to
    read; `seen` what was in force when it began."""

    store: Store
    opened: Store
    act: Act
    seen: View


Speaker = tuple[str, str]
"""A person's id, and the machine's account where he only says who he is ("" for his own)."""


@contextmanager
def acting(
    reason: str, actor: str = "", *, usual: str = "", dry_run: bool = False
) -> Iterator[Desk]:
    """Acts as `speaker` says, for a reason that is asked for; Enter alone answers with the `usual`
    one. In a rehearsal the same checks hold, and its last line says that nothing was changed."""
    given = "--dry-run" if dry_run else reason
    with _desk(lambda seen: speaker(seen, actor), given, usual) as desk:
        yield replace(desk, store=desk.opened.rehearsal()) if dry_run else desk
        if not dry_run:
            _keep_paper_of(desk)
    if dry_run:
        typer.echo(_("Nothing was changed."))
    else:
        tell_if_dead()


def _keep_paper_of(desk: Desk) -> None:
    with desk.opened.read() as tx:
        after = meta.counts(tx)
    if (after["district"], after["roster"]) != desk.seen.version:
        keep_paper(desk.opened)


def keep_paper(opened: Store) -> None:
    """The call sheet tells of the new watch also where no daemon runs that would write it; a disk
    that refuses is told, and what was done stays done."""
    conf = base.settings()
    if lock.is_held(conf.database):
        return
    after = base.view(opened, now=clock.now())
    from fangxun.board.paper import call_sheet  # noqa: PLC0415  jinja2 is heavy

    try:
        call_sheet.write(conf.call_sheets, paper.sheet_of(after))
    except FangxunError as error:
        typer.echo(say(error), err=True)


@contextmanager
def confirming(reason: str, *, usual: str) -> Iterator[Desk]:
    """Acts as `oneself`; Enter alone answers with the `usual` reason."""
    with _desk(oneself, reason, usual) as desk:
        yield desk
    tell_if_dead()


@contextmanager
def _desk(who: Callable[[View], Speaker], reason: str, usual: str = "") -> Iterator[Desk]:
    with base.store() as opened:
        seen = base.view(opened, now=clock.now())
        person, account = who(seen)
        why = reasoned(reason, usual=usual)
        with by_name(seen):
            yield Desk(opened, opened, Act(person, why, clock.now(), account), seen)


def tell_if_dead() -> None:
    """What was done is kept, and nothing comes of it while the daemon is down: say so."""
    conf = base.settings()
    wrong = look(conf.heartbeat_path, DEAD_AFTER)
    if not wrong and not lock.is_held(conf.database):
        wrong = _("No daemon holds the database: the last one has ended within this minute.")
    if wrong:
        typer.echo(
            _("Nobody will be paged until the daemon runs; start it with: fangxun run"), err=True
        )
        typer.echo(f"  {wrong}", err=True)


def speaker(seen: View, actor: str) -> Speaker:
    """The person whom this account is mapped to, or `actor` where it is mapped to nobody (one
    shared terminal); then the journal names the account beside him."""
    people = seen.district.people
    account, own = _own(people)
    named = _id_of(people, actor)
    if own and actor and named != own:
        raise Refused(
            N_("The account {account} is {person}'s; it cannot act as {actor}."),
            account=account,
            person=seen.person_name(own),
            actor=actor,
        )
    if not own and not named:
        raise Refused(
            N_(
                "The account {account} is mapped to nobody; say who acts with --actor, or set the "
                "account in people.csv."
            ),
            account=account,
        )
    return (own, "") if own else (named, account)


def oneself(seen: View) -> Speaker:
    """The person whom this account is mapped to and nobody else: to confirm a page."""
    account, own = _own(seen.district.people)
    if not own:
        raise Refused(
            N_(
                "The account {account} is mapped to nobody, so it cannot confirm for anybody. Set "
                "it in people.csv and apply, or write down who confirmed to you with: fangxun page "
                "relay"
            ),
            account=account,
        )
    return own, ""


def founder(people: Sequence[Person], actor: str) -> Speaker:
    """Before the first district nobody is mapped: whoever sets up the machine acts as "admin", or
    as somebody of the district that he is about to apply."""
    account, _nobody = _own(())
    return _id_of(people, actor) or "admin", account


def _id_of(people: Sequence[Person], actor: str) -> str:
    """Of the person who is named by id or name; "" where nobody is."""
    found = next((one.id for one in people if actor and actor in {one.id, one.name}), "")
    if actor and not found:
        raise FaultyInput(N_("No person is called {actor}."), actor=actor)
    return found


def _own(people: Sequence[Person]) -> tuple[str, str]:
    """The account of this process, and whose it is ("" for nobody's).

    From the kernel, never from LOGNAME. A service's account that is nobody's stands back behind
    the one that sudo names: who could invent that could write the database as well.
    """
    mapped = {person.account: person.id for person in people if person.account}
    account = _account(os.getuid())
    sudo = os.environ.get("SUDO_UID", "")
    if account not in mapped and sudo.isdecimal() and _account(int(sudo)) in mapped:
        account = _account(int(sudo))
    return account, mapped.get(account, "")


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return str(uid)


def reasoned(reason: str, *, usual: str = "") -> str:
    """The reason as given, or asked for; Enter alone takes the `usual` one, where there is one."""
    given = reason.strip() or asked(_("Reason"), usual=usual)
    return worded(given, _("Reason"), most=LONGEST_REASON)


def asked(question: str, *, usual: str = "") -> str:
    """What a person answers; Abort where nobody can."""
    if sys.stdin is None:
        raise typer.Abort
    return str(typer.prompt(question, default=usual or None)).strip()


def agreed(question: str) -> None:
    """Go on with a yes; Abort with anything else."""
    if asked(f"{question} [y/N]", usual="").lower() not in {"y", "yes", "是"}:
        raise typer.Abort


def worded(text: str, what: str, *, most: int) -> str:
    """A text that somebody has typed; FaultyInput for an empty one, and one that nobody reads."""
    found = text.strip()
    if not found:
        raise FaultyInput(N_("{what}: nothing was written."), what=what)
    if len(found) > most:
        raise FaultyInput(
            N_("{what}: {count} characters are too many; at most {most}."),
            what=what,
            count=len(found),
            most=most,
        )
    return found


@contextmanager
def by_name(seen: View) -> Iterator[None]:
    """What is refused within names people, posts and gauges as the room calls them, and times by
    its clock."""
    try:
        yield
    except FangxunError as error:
        error.fields = {key: _called(seen, value) for key, value in error.fields.items()}
        raise


def _called(seen: View, value: object) -> object:
    if isinstance(value, datetime):
        return times.day(value, seen.district.roster.zone)
    if isinstance(value, StrEnum) or not isinstance(value, str):
        return value
    names = seen.maps.names
    known = [
        next((names[f"{k}/{one}"] for k in _KINDS if f"{k}/{one}" in names), one)
        for one in value.split(", ")
    ]
    return ", ".join(known)


_KINDS = ("person", "post", "gauge", "place")
