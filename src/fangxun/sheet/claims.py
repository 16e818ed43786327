"""What a duty table says, cell by cell: who stands where and when, and what of it is no answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fangxun.core.errors import N_, Fault
from fangxun.district import cells
from fangxun.district.faults import Amiss
from fangxun.sheet.days import Month
from fangxun.sheet.grid import Cell
from fangxun.sheet.month import Slot

MOST_FAULTS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller said beside the file: the month and unit that it is about, the sheet, and
    for names and headings that could mean several things, which of them: `meant`."""

    month: Month = field(default_factory=Month)
    unit: str = ""
    sheet: str = ""
    meant: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """A cell's answer; `people` may be nobody."""

    where: str
    people: tuple[str, ...]


@dataclass(slots=True)
class Claims:
    """All answers of a file. `faults`: cells that must be mended first; `passed`: what was passed
    over as no part of a table, with its words."""

    slots: dict[Slot, Claim] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    passed: list[tuple[str, str]] = field(default_factory=list)
    _told: set[tuple[str, str]] = field(default_factory=set)
    _more: int = 0

    def amiss(self, cell: Cell, amiss: Amiss) -> None:
        """A cell that is not understood, told once; a merged one at the first of its days."""
        keys = {(amiss.template, cell.where), (amiss.template, f"merged {cell.text}")}
        if keys & self._told if cell.merged else (amiss.template, cell.where) in self._told:
            return
        self._told |= keys
        if len(self.faults) >= MOST_FAULTS:
            self._more += 1
            return
        fields = {"name": cells.shown(cell.text), **amiss.fields}
        self.faults.append(Fault(cell.where, amiss.template, tuple(fields.items())))

    @property
    def all_faults(self) -> tuple[Fault, ...]:
        """The faults, and how many more there are where they were too many to list."""
        if not self._more:
            return tuple(self.faults)
        more = N_("and {count} more faults; mend these first")
        return (*self.faults, Fault(self.faults[-1].where, more, (("count", self._more),)))

    def said(self, slot: Slot, where: str, people: Sequence[str]) -> None:
        """Add who stands in a slot; two lines or columns about one slot are both right."""
        before = self.slots.get(slot)
        both = (*before.people, *people) if before is not None else tuple(people)
        first = before.where if before is not None and before.people else where
        self.slots[slot] = Claim(first, tuple(dict.fromkeys(both)))
