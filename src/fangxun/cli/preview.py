"""What applying a district folder changes, in the words of those who edit it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from fangxun import district as districts
from fangxun.core.district import District
from fangxun.district import DistrictChange
from fangxun.engine.view import maps_of
from fangxun.text import _

_SIGNS = {districts.What.ADDED: "+", districts.What.CHANGED: "~", districts.What.REMOVED: "-"}
_TOKEN = re.compile(r"[A-Za-z_][\w-]*")


def lines(change: DistrictChange, called: Mapping[str, str]) -> Iterator[str]:
    """One change: what it is about, then each field from what to what. `called`: id -> name."""
    name = change.name or called.get(change.id, change.id)
    own = change.kind is districts.ChangeKind.TEXT  # said as it is written
    yield f"{_SIGNS[change.what]} {_(change.kind.value)} {name if own else _worded(name, called)}"
    for field, before, after in change.details:
        told = [one if own else _worded(one, called) for one in (before, after)]
        yield f"    {_(field)}: {' -> '.join(told)}"


def names(*known: District | None) -> dict[str, str]:
    """Everybody and everything of these districts by id, whatever kind it is of."""
    return {
        key.partition("/")[2]: name
        for district in known
        if district is not None
        for key, name in maps_of(district).names.items()
    }


def _worded(text: str, called: Mapping[str, str]) -> str:
    """Ids as names, and the program's own values as words."""
    return _TOKEN.sub(lambda found: called.get(found[0], _(found[0])), text)
