"""What the duty room's terminal shows, fitted to its size: the worst first, nothing cut unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rich.cells import cell_len
from rich.text import Text

from fangxun.cli import base, times, told
from fangxun.core.assessment import Assessment
from fangxun.core.level import Level
from fangxun.core.page import Page, PageKind, PageState
from fangxun.core.plan import Standing
from fangxun.core.roster import Role
from fangxun.engine.view import View
from fangxun.text import _

COLOURS = {
    Level.RED: "bold white on red", Level.ORANGE: "bold black on dark_orange",
    Level.YELLOW: "black on yellow", Level.BLUE: "white on blue",
    Level.UNKNOWN: "bold magenta", Level.NONE: "green",
}  # fmt: skip
GAP = "  "
INDENT = 4


@dataclass(frozen=True, slots=True)
class Scene:
    """One look at the room. `dead`: what is wrong with the daemon; `broken`: why nothing else is
    known. `alarms` and `pages` are those that nobody has confirmed, in the order of showing;
    `practice` those of an exercise or spot check, which are no page that anything depends on."""

    at: datetime
    dead: str = ""
    broken: str = ""
    seen: View | None = None
    levels: tuple[Assessment, ...] = ()
    alarms: tuple[Page, ...] = ()
    pages: tuple[Page, ...] = ()
    practice: tuple[Page, ...] = ()

    @property
    def rings(self) -> bool:
        """For an alarm, for a page to the duty officer, and while nothing works; never for an
        exercise or spot check."""
        if self.dead or self.broken or self.seen is None:
            return True
        officers = {e.person for e in self.seen.standing if e.role is Role.DUTY_OFFICER}
        waiting = [item for item in self.alarms if item.state is PageState.OPEN]
        mine = [p for p in self.pages if p.state is PageState.OPEN and p.person in officers]
        return bool(waiting or mine)


def waiting(pages: Iterable[Page]) -> dict[PageKind, tuple[Page, ...]]:
    """What nobody has confirmed, by kind: the highest level first, then the oldest."""
    open_ = [p for p in pages if p.state in {PageState.OPEN, PageState.UNREACHED}]
    open_.sort(key=lambda item: (-item.level.rank, item.id))
    return {kind: tuple(item for item in open_ if item.kind is kind) for kind in PageKind}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to show: in a row, or in several where there is room."""

    brief: Text
    full: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one kind under a heading that says how many there are; `least` rows are kept for
    them where others need more."""

    title: str
    items: tuple[Item, ...]
    least: int
    style: str = "bold"
    rows_full: int = field(init=False)

    def __post_init__(self) -> None:
        """Count once how many rows all of it would take."""
        rows = sum(len(item.full) or 1 for item in self.items)
        object.__setattr__(self, "rows_full", rows + 1 if self.items else 0)

    def rows(self, room: int) -> list[Text]:
        """At most `room` rows; what does not fit is counted."""
        if not self.items or room < 1:
            return []
        head = Text(self.title, style=self.style)
        if self.rows_full <= room:
            return [head, *(row for item in self.items for row in item.full or (item.brief,))]
        if len(self.items) < room:
            return [head, *(item.brief for item in self.items)]
        if room <= 2:  # noqa: PLR2004  a heading and one thing: no row is left to count in
            head.append(GAP + _more(len(self.items) - room + 1), style="bold")
            return [head, *(item.brief for item in self.items[: room - 1])]
        shown = self.items[: room - 2]
        return [
            head,
            *(item.brief for item in shown),
            Text(_more(len(self.items) - len(shown)), style="bold"),
        ]


def _more(count: int) -> str:
    return _("… {count} more").format(count=count)


def rows(scene: Scene, *, width: int, height: int, message: str = "") -> list[Text]:
    """The whole screen, at most `height` rows of at most `width` places: clock, answer, what is
    wrong, alarms, pages, levels, the watch."""
    zone = scene.seen.district.roster.zone if scene.seen else "UTC"
    name = scene.seen.district.name if scene.seen else ""
    top = [Text(f"{name}  {times.shown(scene.at, zone)}".strip(), style="bold")]
    if message:
        top += _wrapped(Text(message, style="bold reverse"), width)
    for wrong in (scene.broken, scene.dead):
        if wrong:
            top += _wrapped(Text(wrong, style=COLOURS[Level.RED]), width)
    if scene.seen is not None:
        top += _fitted(tuple(_sections(scene, scene.seen, width)), height - len(top))
    for row in top:
        row.truncate(width, overflow="ellipsis")
    return top[:height]


def _fitted(sections: Sequence[Section], room: int) -> list[Text]:
    """Each its least where it needs so much, then the rest in the order of importance."""
    needs = [section.rows_full for section in sections]
    given = [0] * len(sections)
    for kept in (True, False):
        for index, section in enumerate(sections):
            wanted = min(needs[index], section.least) if kept else needs[index]
            more = max(0, min(wanted - given[index], room))
            given[index] += more
            room -= more
    return [
        row for section, rows_ in zip(sections, given, strict=True) for row in section.rows(rows_)
    ]


def _sections(scene: Scene, seen: View, width: int) -> Iterator[Section]:
    alarms, pages, watch = len(scene.alarms), len(scene.pages), len(seen.standing)
    practice = _("Exercise, spot check {count}").format(count=len(scene.practice))
    red = COLOURS[Level.RED]
    yield Section(f"{_('Alarms')} {alarms}", _alarms(seen, scene.alarms, width), 6, red)
    yield Section(f"{_('Pages')} {pages}", _pages(seen, scene.pages), 5)
    yield Section(_counted(scene.levels), _levels(seen, scene.levels, width), 5)
    yield Section(f"{_('On watch')} {watch}", _standing(seen), 4)
    yield Section(practice, _pages(seen, scene.practice), 1)


def _counted(levels: Sequence[Assessment]) -> str:
    """How many places stand at which level, the unknown apart: this is seen whatever is cut."""
    order = sorted(Level, key=lambda level: (-level.rank, level is Level.NONE))
    counts = {level: sum(one.level is level for one in levels) for level in order}
    said = GAP.join(f"{_(level.value)} {count}" for level, count in counts.items() if count)
    return f"{_('Levels')}{GAP}{said}"


def _alarms(seen: View, pages: Sequence[Page], width: int) -> tuple[Item, ...]:
    items = []
    for page in pages:
        since = times.minute(page.opened_at, seen.district.roster.zone)
        state = "" if page.state is PageState.OPEN else f"{_(page.state.value)}  "
        brief = Text(f"{page.id:>3}  {since}  {state}{told.alarm_text(seen, page)}", "bold red")
        items.append(Item(brief, tuple(_wrapped(brief, width, indent=INDENT))))
    return tuple(items)


def _pages(seen: View, pages: Sequence[Page]) -> tuple[Item, ...]:
    zone = seen.district.roster.zone
    cells = [
        (
            Text(f"{page.id:>3}"),
            Text(_(page.state.value), "bold" if page.state is PageState.UNREACHED else ""),
            Text(told.whose(seen, page)),
            Text(told.level(page), COLOURS[page.level] if page.place else ""),
            Text(times.minute(page.opened_at, zone)),
            Text(told.about(seen, page)),
        )
        for page in pages
    ]
    return tuple(Item(row) for row in _columns(cells))


def _levels(seen: View, levels: Sequence[Assessment], width: int) -> tuple[Item, ...]:
    """Places at a level one by one, red first; those that are unknown, and those at none, in a row
    each: an unknown place is never among the calm ones."""
    high = sorted((one for one in levels if one.level.rank), key=lambda one: -one.level.rank)
    cells = [
        (
            Text(seen.name_of(one.place)),
            Text(_(one.level.value), COLOURS[one.level]),
            Text(base.certainty(one)),
            Text(_silent(seen, one)),
        )
        for one in high
    ]
    items = [Item(row) for row in _columns(cells)]
    for level in (Level.UNKNOWN, Level.NONE):
        names = [seen.name_of(one.place) for one in levels if one.level is level]
        if names:
            head = Text(f"{_(level.value)} {len(names)}", COLOURS[level])
            items.append(Item(head.append(f"{GAP}{_listed(names, width - 12)}", "")))
    return tuple(items)


def _silent(seen: View, one: Assessment) -> str:
    """The gauges that say nothing."""
    names = " ".join(seen.gauge_name(gauge) for gauge in one.missing)
    return _("silent: {gauges}").format(gauges=names) if names else ""


def _listed(names: Sequence[str], width: int) -> str:
    """As many names as fit, and how many do not."""
    for count in range(len(names), 0, -1):
        left = len(names) - count
        text = " ".join([*names[:count], *([_more(left)] if left else [])])
        if cell_len(text) <= width:
            return text
    return _more(len(names))


def _standing(seen: View) -> tuple[Item, ...]:
    """The duty room's own watch first."""
    own = [entry for entry in seen.standing if entry.unit == seen.root_unit]
    others = [entry for entry in seen.standing if entry.unit != seen.root_unit]
    return tuple(Item(row) for row in _columns([_stands(seen, e) for e in (*own, *others)]))


def _stands(seen: View, entry: Standing) -> tuple[Text, ...]:
    person = seen.people.get(entry.person)
    phones = " / ".join(phone.number for phone in person.phones) if person else ""
    post = seen.post_name(entry.post)
    if entry.unit == seen.root_unit:
        post = next((p.name for p in seen.roster.posts if p.id == entry.post), post)
    return Text(seen.person_name(entry.person)), Text(phones), Text(post)


def _columns(cells: Sequence[tuple[Text, ...]]) -> list[Text]:
    """Cells one below the other; the last column takes what is left of the row."""
    if not cells:
        return []
    widths = [max(row[i].cell_len for row in cells) for i in range(len(cells[0]) - 1)]
    found = []
    for row in cells:
        line = Text()
        for cell, width in zip(row[:-1], widths, strict=True):
            line.append_text(cell).append(" " * (width - cell.cell_len) + GAP)
        found.append(line.append_text(row[-1]))
    return found


def _wrapped(text: Text, width: int, *, indent: int = 0) -> list[Text]:
    """A text over as many rows as it needs, broken where Chinese may be: anywhere."""
    found: list[Text] = []
    rest = text.copy()
    while rest.cell_len > width - (indent if found else 0):
        room = width - (indent if found else 0)
        cut = max(1, next(n for n in range(len(rest), 0, -1) if rest[:n].cell_len <= room))
        head, rest = rest.divide([cut])
        found.append(_indented(head, indent if found else 0))
    return [*found, _indented(rest, indent if found else 0)]


def _indented(text: Text, indent: int) -> Text:
    return Text(" " * indent).append_text(text) if indent else text
