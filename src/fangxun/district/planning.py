"""plan.toml -> the plan: whom a level pages, by which ladder, and who may approve what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from fangxun.core.errors import N_
from fangxun.core.level import Hazard, Level, ResponseLevel
from fangxun.core.plan import Duty, Group, Ladder, LevelPlan, Owed, Plan, ResponseRule, Wave
from fangxun.core.responsibility import Person
from fangxun.district import cells
from fangxun.district.criteria import hazard
from fangxun.district.desk import Desk
from fangxun.district.ladders import ALARM, LATER, read_ladders
from fangxun.district.posts import colour
from fangxun.district.spotchecks import read_spot_checks
from fangxun.district.structure import Node
from fangxun.district.watching import read_bounds, read_notices


@dataclass(frozen=True, slots=True)
class _Times:
    """Bounds of the plan's numbers."""

    hold: tuple[int, int] = (0, 24 * 60)
    owed: tuple[int, int] = (5, 24 * 60)
    handover: tuple[int, int] = (5, 12 * 60)


def read_plan(desk: Desk, people: Sequence[Person]) -> Plan | None:
    """plan.toml; None, with the faults, where it cannot be read."""
    root = desk.structure("plan.toml")
    if root is None:
        return None
    ladders = read_ladders(root)
    levels = _levels(root, ladders)
    share, budget = (
        root.whole("notice_share", (0, 1000), 6),
        root.whole("budget_24h", (1, 1000), 30),
    )
    if root.ok and share > budget:
        root.fault("notice_share", N_("{name} is above budget_24h; notices are a part of it"))
    reserve = root.whole("reserve", (0, 500), budget // 2)
    if root.ok and reserve > budget // 2:
        root.fault("reserve", N_("{name} is above half of budget_24h; repeats need the rest"))
    plan = Plan(
        levels=levels,
        alarm=ladders.get(ALARM, Ladder(())),
        last_resort=_last_resort(desk, root, people),
        responses=_responses(desk, root),
        all_clear_approvers=root.texts("all_clear_approvers", desk.book.person),
        cascade=root.flag("cascade", default=False),
        hold=timedelta(minutes=root.number("hold_minutes", _Times().hold, 60)),
        budget_24h=budget,
        notice_share=share,
        reserve=reserve,
        bounds=read_bounds(root),
        notices=read_notices(root),
        handover_within=_handover(root),
        spot_checks=read_spot_checks(root, ladders),
    )
    root.close(later=LATER)
    return plan


def _handover(root: Node) -> timedelta | None:
    """[handover]: with it, a watch that is not handed over in time is an alarm."""
    node = root.node("handover", needed=False)
    if node is None:
        return None
    within = timedelta(minutes=node.number("within_minutes", _Times().handover, 30))
    node.close(later=LATER)
    return within


def _levels(root: Node, ladders: dict[str, Ladder]) -> tuple[LevelPlan, ...]:
    """[[level]] tables, each level once for all hazards and once for each that is named, sorted
    from blue to red."""
    found: dict[tuple[Level, Hazard | None], LevelPlan] = {}
    for node in root.nodes("level"):
        entry = _level(node, ladders)
        for danger in entry.hazards or (None,):
            if node.ok and (entry.level, danger) in found:
                node.fault("level", N_("the level {value} stands twice"), value=entry.level.value)
            found[entry.level, danger] = entry
        node.close(later=LATER)
    entries = dict.fromkeys(found.values())
    return tuple(sorted(entries, key=lambda entry: (entry.level.rank, entry.hazards)))


def _level(node: Node, ladders: dict[str, Ladder]) -> LevelPlan:
    level = node.text("level", colour, Level.BLUE)
    hazards = node.texts("hazards", hazard, needed=False)
    waves = _waves(node)
    named = node.text("ladder", cells.text, "")
    if named and (named == ALARM or named not in ladders):
        known = ", ".join(name for name in ladders if name != ALARM)
        message = N_("{name} “{value}” is no [ladder.…] for pages; there are: {known}")
        node.fault("ladder", message, value=cells.shown(named), known=known)
    ladder = ladders.get(named, Ladder(()))
    return LevelPlan(level, waves, ladder, _duties(node), tuple(sorted(hazards)))


def _waves(node: Node) -> tuple[Wave, ...]:
    """`page`: everybody at once; or [[level.wave]] tables, one after the other."""
    if node.has("page") and node.has("wave"):
        node.fault("wave", N_("a level has page or wave, not both"))
    if not node.has("wave"):
        waves: tuple[Wave, ...] = (Wave(_groups(node)),)
    else:
        waves = tuple(_wave(child) for child in node.nodes("wave"))
    groups = [group for wave in waves for group in wave.groups]
    if len(set(groups)) < len(groups):
        key = "wave" if node.has("wave") else "page"
        node.fault(key, N_("a group stands twice; the order says who is paged first"))
    return waves


def _wave(node: Node) -> Wave:
    enough = node.whole("enough", (0, 1000), 0)
    wait = timedelta(seconds=node.number("wait_seconds", (0, 24 * 3600), 300))
    wave = Wave(_groups(node), enough or None, wait)
    node.close(later=LATER)
    return wave


def _groups(node: Node) -> tuple[Group, ...]:
    return node.texts("page", lambda value: cells.choice(value, Group, {}))


def _duties(node: Node) -> tuple[Duty, ...]:
    """What is owed after the confirmation: extra posts arrive, officials report people moved out
    where the plan gives them a time for it."""
    arrive = timedelta(minutes=node.number("arrive_within_minutes", _Times().owed, 60))
    duties = [Duty(Owed.ARRIVED, (Group.EXTRA_POSTS,), arrive)]
    if node.has("moved_out_within_minutes"):
        moved = timedelta(minutes=node.number("moved_out_within_minutes", _Times().owed))
        duties.append(Duty(Owed.MOVED_OUT, (Group.OFFICIALS,), moved))
    else:
        node.number("moved_out_within_minutes", _Times().owed, 60)  # known, though not given
    return tuple(duties)


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
    """Whom the alarm reaches when nobody on watch answers: there must be one, and a phone of his
    that takes an SMS, by which the alarm's ladder ends."""
    if not root.has("last_resort"):
        message = N_("last_resort is missing: name who is told when nobody on watch answers")
        root.fault("last_resort", message)
    id_ = root.text("last_resort", desk.book.person, "", needed=False)
    person = next((person for person in people if person.id == id_), None)
    reached = person is None or any(phone.sms for phone in person.phones)
    if not reached and not desk.faults.touched("people.csv"):
        message = N_("{person} has no phone that takes an SMS; the last resort needs one")
        root.fault("last_resort", message, person=id_)
    return id_
