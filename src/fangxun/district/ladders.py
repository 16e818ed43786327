"""[ladder.NAME] of plan.toml -> ladders: their own steps, or those of a published preset."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from importlib import resources

from fangxun.core.errors import N_
from fangxun.core.plan import Channel, Contact, Ladder, Step
from fangxun.district import cells
from fangxun.district.faults import Amiss, Faults
from fangxun.district.structure import Node, read_structure

ALARM = "alarm"
PRESETS = "ladders.toml"
LATER = ("tasks", "report_clocks")
"""Of the plan's words in the glossary, those that this version cannot do: refused, not ignored."""
_WAIT, _REPEAT, _TIMES, _ROUNDS = (0, 3600), (1, 24 * 60), (1, 10), (1, 100)
MOST_STEPS = 40


def read_ladders(root: Node) -> dict[str, Ladder]:
    """[ladder.NAME] tables; "alarm" is the system's own."""
    holder = root.node("ladder")
    if holder is None:
        return {}
    found: dict[str, Ladder] = {}
    for name in holder.names:
        node = holder.node(name)
        if node is not None:
            found[name] = _alarm(node) if name == ALARM else _page(node)
    if ALARM not in found and not holder.has(ALARM):
        holder.fault(ALARM, N_("the ladder [ladder.alarm] is missing: the system's own alarms"))
    return found


def _page(node: Node) -> Ladder:
    """A ladder of pages reaches the person himself."""
    if node.has("preset"):
        ladder = _preset(node)
    else:
        ladder = Ladder(_steps(node))
        if node.ok and all(rung.contact is not Contact.PERSON for rung in ladder.steps):
            node.fault("steps", N_('no step reaches the person himself; add contact = "person"'))
    node.close(later=LATER)
    return ladder


def _preset(node: Node) -> Ladder:
    name = node.text("preset", cells.text, "")
    if node.has("steps"):
        node.fault("steps", N_("a ladder has a preset or steps of its own, not both"))
    elif node.ok and name not in presets():
        message = N_("{name} “{value}” is no ladder that comes with Fangxun; there are: {known}")
        node.fault("preset", message, value=cells.shown(name), known=", ".join(presets()))
    return presets().get(name, Ladder(()))


def _alarm(node: Node) -> Ladder:
    """Only the alarm's ladder begins again, and it must hold the last resort."""
    steps = _steps(node)
    contacts = {rung.contact for rung in steps}
    repeat = timedelta(minutes=node.number("repeat_minutes", _REPEAT))
    most = node.whole("most", _ROUNDS, 6)
    if node.ok and Contact.LAST_RESORT not in contacts:
        node.fault("steps", N_("no step of the alarm reaches last_resort; add one"))
    if node.ok and contacts & {Contact.PERSON, Contact.DEPUTY, Contact.SUPERIOR}:
        message = N_("an alarm is nobody's own page: use duty_officer, leader, last_resort ...")
        node.fault("steps", message)
    node.close(later=LATER)
    return Ladder(steps, repeat, most)


def _steps(node: Node) -> tuple[Step, ...]:
    """The rungs in their order, each as often as it says."""
    children = node.nodes("steps")
    steps = [rung for child in children for rung in _rungs(child)]
    if node.ok and all(child.ok for child in children) and steps:
        if not steps[-1].wait:
            message = N_("the last step has wait_seconds = 0: say how long it waits for an answer")
            node.fault("steps", message)
        if len(steps) > MOST_STEPS:
            message = N_("{name} come to {count} with their repeats; expected at most {most}")
            node.fault("steps", message, count=len(steps), most=MOST_STEPS)
    return tuple(steps)


def _rungs(node: Node) -> list[Step]:
    """One line of steps: a rung, repeated `times` times with its wait after each."""
    rung = Step(
        node.text("contact", lambda value: cells.choice(value, Contact, {}), Contact.PERSON),
        node.text("channel", _channel, Channel.SMS),
        node.whole("number", (1, 6), 1),
        timedelta(seconds=node.number("wait_seconds", _WAIT)),
    )
    times = node.whole("times", _TIMES, 1)
    if node.ok and times > 1 and not rung.wait:
        node.fault("times", N_("{name} needs a wait between: set wait_seconds"))
    if node.ok and timedelta() < rung.wait < timedelta(seconds=10):
        node.fault("wait_seconds", N_("{name} is under 10 seconds; 0 means: with the next step"))
    node.close(later=LATER)
    return [rung] * times


def _channel(value: str) -> Channel:
    """How a step reaches somebody; e-mail wakes nobody."""
    channel = cells.choice(value, Channel, {})
    if channel is Channel.EMAIL:
        raise Amiss(N_("{name}: e-mail is for notices only; use sms, voice or console"))
    return channel


@cache
def presets() -> dict[str, Ladder]:
    """The ladders that come with Fangxun, by name."""
    faults = Faults()
    text = resources.files(__package__).joinpath(PRESETS).read_text(encoding="utf-8")
    root = read_structure(PRESETS, text, faults)
    found = {}
    for name in root.names if root is not None else ():
        node = root.node(name) if root is not None else None
        if node is not None:
            found[name] = _page(node)
    return found
