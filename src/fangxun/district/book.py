"""Which ids a folder defines, so that references can be checked, and duplicates found."""

from __future__ import annotations

from enum import StrEnum

from fangxun.core.errors import N_
from fangxun.district import cells
from fangxun.district.faults import Amiss, Faults, Where


class Kind(StrEnum):
    """What an id is the id of. Areas and hazard sites share one set of ids: places."""

    AREA = "area"
    SITE = "site"
    GAUGE = "gauge"
    UNIT = "unit"
    PERSON = "person"
    POST = "post"
    ROTATION = "rotation"
    CRITERION = "criterion"


_FILES = {
    Kind.AREA: "areas.csv", Kind.SITE: "sites.csv", Kind.GAUGE: "gauges.csv",
    Kind.UNIT: "units.csv", Kind.PERSON: "people.csv", Kind.POST: "posts.toml",
    Kind.ROTATION: "rotations.toml", Kind.CRITERION: "criteria.csv",
}  # fmt: skip


class Book:
    """Ids by kind, and where each stands.

    A kind whose file could not be read accepts any id, so that one fault does not bring a hundred.
    """

    def __init__(self, faults: Faults) -> None:
        """No ids yet."""
        self._faults = faults
        self._ids: dict[Kind, dict[str, Where]] = {kind: {} for kind in Kind}
        self._names: dict[str, list[str]] = {}
        self._unread: set[Kind] = set()

    def unread(self, kind: Kind) -> None:
        """The file of this kind could not be read."""
        self._unread.add(kind)

    def define(self, kind: Kind, id_: str, where: Where) -> bool:
        """Note an id; a fault, and False, where it stands twice."""
        if not id_:
            self.unread(kind)
            return False
        rivals = (Kind.AREA, Kind.SITE) if kind in {Kind.AREA, Kind.SITE} else (kind,)
        for rival in rivals:
            if id_ in self._ids[rival]:
                message = N_("the id {id} is taken already, at {other}; ids are unique")
                self._faults.add(where, message, id=id_, other=self._ids[rival][id_])
                return False
        self._ids[kind][id_] = where
        return True

    def named(self, id_: str, name: str) -> None:
        """Note a person's name: tables may use it while it is one person's only."""
        self._names.setdefault(name, []).append(id_)

    def has(self, kind: Kind, id_: str) -> bool:
        """Whether the id stands in the folder."""
        return id_ in self._ids[kind]

    def where(self, kind: Kind, id_: str) -> Where:
        """Where the id stands."""
        return self._ids[kind].get(id_, Where(_FILES[kind]))

    def known(self, id_: str, *kinds: Kind) -> str:
        """The id itself; Amiss where none of the kinds has it."""
        if any(kind in self._unread or id_ in self._ids[kind] for kind in kinds):
            return id_
        files = ", ".join(_FILES[kind] for kind in kinds)
        raise Amiss(
            N_("{name} “{value}” stands nowhere in {files}"), value=cells.shown(id_), files=files
        )

    def place(self, id_: str) -> str:
        """The id of an area or hazard site."""
        return self.known(id_, Kind.AREA, Kind.SITE)

    def person(self, id_or_name: str) -> str:
        """A person's id, given by id or by a name that only one person has."""
        bearers = self._names.get(id_or_name, [])
        if id_or_name in self._ids[Kind.PERSON] or not bearers:
            return self.known(id_or_name, Kind.PERSON)
        if len(bearers) > 1:
            message = N_("{name} “{value}” is the name of several people; write the id: {ids}")
            raise Amiss(message, value=id_or_name, ids=", ".join(bearers))
        return bearers[0]
