"""Whose watch a place has: without SQLAlchemy, for `peek`, from the district's document."""

from __future__ import annotations

import json
from collections.abc import Collection


def watched_area(document: str, place: str, watched: Collection[str]) -> str:
    """The id of the nearest of the `watched` areas: the place's own or one above it. `place` is a
    site or area by id or name, an area also by its division code; "" where none is known or has a
    watch."""
    district = json.loads(document)
    areas = {area["id"]: area for area in district["areas"]}
    found = {one: area["id"] for area in areas.values() for one in (area["name"], area["code"])}
    found |= {one: site["area"] for site in district["sites"] for one in (site["id"], site["name"])}
    found |= {name: name for name in areas}
    here: str | None = found.get(place)
    while here is not None and here not in watched:
        here = areas[here]["parent"] if here in areas else None
    return here or ""
