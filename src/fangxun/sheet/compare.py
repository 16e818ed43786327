"""What a duty table would change in a roster: cell by cell, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from fangxun.core.errors import N_, Fault
from fangxun.core.roster import Post, Roster, TableEntry
from fangxun.sheet.claims import Claim
from fangxun.sheet.month import Slot, Standing, begun, by_id, standing


class What(StrEnum):
    """What becomes of a slot."""

    ADDED = "added"
    """Nobody stood there."""
    CHANGED = "changed"
    REMOVED = "removed"
    """The cell is empty: the line of the folder's duty table goes, and the rotation counts."""


@dataclass(frozen=True, slots=True)
class Change:
    """One slot that a cell changes, and the people before and after it. `overridden`: somebody
    covers there, and goes on doing so."""

    what: What
    slot: Slot
    where: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    overridden: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """`past`: changes of what has begun or is over, which are not made. `same`: slots that say
    what stands already, by the table, by rotation or by a cover."""

    changes: tuple[Change, ...]
    past: tuple[Change, ...]
    same: int


def compare(slots: Mapping[Slot, Claim], roster: Roster, *, now: datetime) -> Compared:
    """Hold what a file says against the roster; `roster` with its overrides.

    A cell that names who stands anyhow changes nothing, so that a rotation stays a rotation and a
    cover a cover: importing an export is no change. A cell that says what stood before a cover
    changes nothing either: covers are undone by command, not by an old file.
    """
    days, posts = {slot.day for slot in slots}, {slot.post for slot in slots}
    stands = standing(roster, posts, days)
    planned = standing(replace(roster, overrides=()), posts, days)
    listed = {(entry.post, entry.day, section) for entry, section in _listed(roster)}
    found: list[Change] = []
    same = 0
    for slot, claim in sorted(slots.items()):
        now_there, plan = stands.get(slot), planned.get(slot)
        if now_there is None or plan is None:
            continue  # the clock jumps over it
        told = set(claim.people)
        in_table = (slot.post, slot.day, slot.section) in listed
        if told in (set(now_there.people), set(plan.people)) or (not told and not in_table):
            same += 1
            continue
        found.append(_change(slot, claim, now_there, plan))
    gone = begun(stands, now)
    return Compared(
        tuple(change for change in found if change.slot not in gone),
        tuple(change for change in found if change.slot in gone),
        same,
    )


def crowds(compared: Compared, posts: Iterable[Post]) -> tuple[Fault, ...]:
    """A fault for each cell that would put more people on a post than it has seats."""
    known = by_id(posts)
    message = N_(
        "{count} people stand on {post} on {day}, which has {seats} seats; name fewer, or give it "
        "more seats in posts.toml"
    )
    return tuple(
        Fault(
            change.where,
            message,
            (
                ("count", len(change.after)),
                ("post", known[change.slot.post].name),
                ("day", change.slot.day),
                ("seats", known[change.slot.post].seats),
            ),
        )
        for change in compared.changes
        if len(change.after) > known[change.slot.post].seats
    )


def _change(slot: Slot, claim: Claim, stands: Standing, planned: Standing) -> Change:
    what = What.CHANGED if planned.people else What.ADDED
    if not claim.people:
        what = What.REMOVED
    overridden = stands.people != planned.people
    return Change(what, slot, claim.where, planned.people, claim.people, overridden)


def _listed(roster: Roster) -> Iterable[tuple[TableEntry, str]]:
    """Each entry of the duty tables with each section that it is about."""
    posts = by_id(roster.posts)
    for entry in roster.table:
        post = posts.get(entry.post)
        for section in post.sections if post is not None else ():
            if entry.section in {"", section.name}:
                yield entry, section.name


Wanted = dict[tuple[str, date], dict[str, tuple[str, ...]]]
"""(post, day) -> section -> who the duty table is to name there."""


def wanted(compared: Compared, roster: Roster) -> Wanted:
    """Every post and day that changes, with all its sections as the table is to have them."""
    found: Wanted = {(c.slot.post, c.slot.day): {} for c in compared.changes}
    for entry, section in _listed(roster):
        if (entry.post, entry.day) in found:
            there = found[entry.post, entry.day]
            there[section] = (*there.get(section, ()), entry.person)
    for change in compared.changes:
        found[change.slot.post, change.slot.day][change.slot.section] = change.after
    return found
