"""plan.toml -> the plan: whom a level pages, by which ladder, and who may approve what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from fangxun.core.errors import N_
from fangxun.core.level import Level, ResponseLevel
from fangxun.core.plan import Channel, Contact, Group, Ladder, LevelPlan, Plan, ResponseRule, Step
from fangxun.core.responsibility import Person
from fangxun.district import cells
from fangxun.district.desk import Desk
from fangxun.district.faults import Amiss
from fangxun.district.posts import colour
from fangxun.district.structure import Node

LATER = ("tasks", "report_clocks")
"""Of the plan's words in the glossary, those that this version cannot do: refused, not ignored."""
ALARM = "alarm"
_NO_LADDER = Ladder(())
_PERSONAL = (Contact.PERSON, Contact.DEPUTY)


@dataclass(frozen=True, slots=True)
class _Times:
    """Bounds of the plan's numbers."""

    wait: tuple[int, int] = (10, 3600)
    hold: tuple[int, int] = (0, 24 * 60)
    arrive: tuple[int, int] = (5, 24 * 60)
    repeat: tuple[int, int] = (1, 24 * 60)


def read_plan(desk: Desk, people: Sequence[Person]) -> Plan | None:
    """plan.toml; None, with the faults, where it cannot be read."""
    root = desk.structure("plan.toml")
    if root is None:
        return None
    ladders = _ladders(root)
    levels = _levels(root, ladders)
    share, budget = (
        root.whole("notice_share", (0, 1000), 6),
        root.whole("budget_24h", (1, 1000), 30),
    )
    if root.ok and share > budget:
        root.fault("notice_share", N_("{name} is above budget_24h; notices are a part of it"))
    plan = Plan(
        levels=levels,
        alarm=ladders.get(ALARM, _NO_LADDER),
        last_resort=_last_resort(desk, root, people),
        responses=_responses(desk, root),
        all_clear_approvers=root.texts("all_clear_approvers", desk.book.person),
        cascade=root.flag("cascade", default=False),
        hold=timedelta(minutes=root.number("hold_minutes", _Times().hold, 60)),
        budget_24h=budget,
        notice_share=share,
    )
    root.close(later=LATER)
    return plan


def _ladders(root: Node) -> dict[str, Ladder]:
    """[ladder.NAME] tables; "alarm" is the system's own."""
    holder = root.node("ladder")
    if holder is None:
        return {}
    ladders: dict[str, Ladder] = {}
    for name in holder.names:
        node = holder.node(name)
        if node is not None:
            ladders[name] = _ladder(node, alarm=name == ALARM)
    if ALARM not in ladders and not holder.has(ALARM):
        holder.fault(ALARM, N_("the ladder [ladder.alarm] is missing: the system's own alarms"))
    return ladders


def _ladder(node: Node, *, alarm: bool) -> Ladder:
    """One ladder; only the alarm's repeats, and it must end at the last resort."""
    steps = tuple(_step(child) for child in node.nodes("steps"))
    contacts = {step.contact for step in steps}
    if alarm:
        repeat = timedelta(minutes=node.number("repeat_minutes", _Times().repeat))
        most = node.whole("most", (1, 100), 6)
        if node.ok and Contact.LAST_RESORT not in contacts:
            node.fault("steps", N_("no step of the alarm reaches last_resort; add one"))
        if node.ok and contacts & set(_PERSONAL):
            message = N_("an alarm is nobody's own page: use duty_officer, leader, last_resort ...")
            node.fault("steps", message)
        node.close(later=LATER)
        return Ladder(steps, repeat, most)
    if node.ok and Contact.PERSON not in contacts:
        node.fault("steps", N_('no step reaches the person himself; add contact = "person"'))
    node.close(later=LATER)
    return Ladder(steps)


def _step(node: Node) -> Step:
    """One rung."""
    step = Step(
        node.text("contact", lambda value: cells.choice(value, Contact, {}), Contact.PERSON),
        node.text("channel", _channel, Channel.SMS),
        node.whole("number", (1, 6), 1),
        timedelta(seconds=node.number("wait_seconds", _Times().wait)),
    )
    node.close(later=LATER)
    return step


def _channel(value: str) -> Channel:
    """How a step reaches somebody; e-mail wakes nobody."""
    channel = cells.choice(value, Channel, {})
    if channel is Channel.EMAIL:
        raise Amiss(N_("{name}: e-mail is for notices only; use sms, voice or console"))
    return channel


def _levels(root: Node, ladders: dict[str, Ladder]) -> tuple[LevelPlan, ...]:
    """[[level]] tables, each level once, sorted from blue to red."""
    found: dict[Level, LevelPlan] = {}
    for node in root.nodes("level"):
        level = node.text("level", colour, Level.BLUE)
        groups = node.texts("page", lambda value: cells.choice(value, Group, {}))
        if len(set(groups)) < len(groups):
            node.fault("page", N_("a group stands twice; the order says who is paged first"))
        named = node.text("ladder", cells.text, "")
        if named and (named == ALARM or named not in ladders):
            known = ", ".join(name for name in ladders if name != ALARM)
            message = N_("{name} “{value}” is no [ladder.…] for pages; there are: {known}")
            node.fault("ladder", message, value=cells.shown(named), known=known)
        minutes = node.number("arrive_within_minutes", _Times().arrive, 60)
        if node.ok and level in found:
            node.fault("level", N_("the level {value} stands twice"), value=level.value)
        arrive = timedelta(minutes=minutes)
        found[level] = LevelPlan(level, groups, ladders.get(named, _NO_LADDER), arrive)
        node.close(later=LATER)
    return tuple(sorted(found.values(), key=lambda entry: entry.level.rank))


def _responses(desk: Desk, root: Node) -> tuple[ResponseRule, ...]:
    """[[response]] tables: a higher alert level never proposes a lower response."""
    found: dict[Level, ResponseRule] = {}
    for node in root.nodes("response", needed=False):
        rule = ResponseRule(
            node.text("alert", colour, Level.BLUE),
            node.text("response", lambda v: cells.choice(v, ResponseLevel, {}), ResponseLevel.IV),
            node.texts("approvers", desk.book.person),
        )
        node.close(later=LATER)
        if node.ok and rule.alert in found:
            node.fault("alert", N_("the level {value} stands twice"), value=rule.alert.value)
        for other in found.values() if node.ok else ():
            higher = rule.alert.rank - other.alert.rank
            if higher * (rule.response.rank - other.response.rank) < 0:
                message = N_(
                    "{name} {value} does not fit {other} for {level}: more rain, less answer"
                )
                fields = {"value": rule.response, "other": other.response, "level": other.alert}
                node.fault("response", message, **fields)
        if node.ok:
            found[rule.alert] = rule
    return tuple(sorted(found.values(), key=lambda rule: rule.alert.rank))


def _last_resort(desk: Desk, root: Node, people: Sequence[Person]) -> str:
    """Whom the alarm reaches when nobody on watch answers: there must be one, with a phone."""
    if not root.has("last_resort"):
        message = N_("last_resort is missing: name who is told when nobody on watch answers")
        root.fault("last_resort", message)
    id_ = root.text("last_resort", desk.book.person, "", needed=False)
    person = next((person for person in people if person.id == id_), None)
    if person and not person.phones and not desk.faults.touched("people.csv"):
        root.fault(
            "last_resort", N_("{person} has no phone; the last resort needs one"), person=id_
        )
    return id_
