"""Faults and warnings of a folder, each with the file and line where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from fangxun.core.errors import N_, DistrictFault, Fault

MOST_FAULTS = 300
"""A file of another kind altogether would give thousands; the first ones say enough."""


class Amiss(Exception):
    """Raised by a converter: the value is not what was expected. Caught where the line is known.

    The catcher adds the field `name`: the column or key, as the file calls it.
    """

    def __init__(self, template: str, **fields: object) -> None:
        """Keep the template beside its fields."""
        super().__init__(template)
        self.template = template
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Where:
    """A line (from 1) of a file, by its path within the folder; line 0 is the whole file."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        """Say "people.csv:12", or "people.csv" for the whole file."""
        return f"{self.file}:{self.line}" if self.line else self.file


class Faults:
    """Collects everything that is wrong, so that one run tells all of it."""

    def __init__(self) -> None:
        """Nothing found yet."""
        self._faults: list[tuple[Where, Fault]] = []
        self._warnings: list[tuple[Where, Fault]] = []
        self._files: dict[str, int] = {}
        self._more = 0

    def add(self, where: Where, template: str, **fields: object) -> None:
        """A fault: the folder cannot be applied."""
        if len(self._faults) >= MOST_FAULTS:
            self._more += 1
            return
        self._faults.append((where, self._fault(where, template, fields)))

    def warn(self, where: Where, template: str, **fields: object) -> None:
        """Something odd that stops nothing."""
        if len(self._warnings) < MOST_FAULTS:
            self._warnings.append((where, self._fault(where, template, fields)))

    def touched(self, file: str) -> bool:
        """Whether a fault was found in the file: what follows from it need not be told."""
        return any(where.file == file for where, _ in self._faults)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What was odd, in the order of file and line."""
        return self._sorted(self._warnings)

    def raise_any(self) -> None:
        """DistrictFault with every fault, in the order of file and line; nothing where none."""
        if not self._faults:
            return
        faults = self._sorted(self._faults)
        if self._more:
            more = N_("and {count} more faults; mend these first")
            faults = (*faults, Fault(faults[-1].where, more, (("count", self._more),)))
        raise DistrictFault(faults)

    def _fault(self, where: Where, template: str, fields: dict[str, object]) -> Fault:
        """The core's value; remembers the order in which files were first spoken of."""
        self._files.setdefault(where.file, len(self._files))
        return Fault(str(where), template, tuple(fields.items()))

    def _sorted(self, found: list[tuple[Where, Fault]]) -> tuple[Fault, ...]:
        """By file as first spoken of, then by line; as found within a line."""
        inorder = sorted(found, key=lambda item: (self._files[item[0].file], item[0].line))
        return tuple(fault for _, fault in inorder)
