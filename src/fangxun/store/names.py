"""What both the store and `peek` must call alike; imports nothing heavy.

Keys of the table `meta`, and the complaints about a database that either may have to make.
"""

from __future__ import annotations

from fangxun.core.errors import N_, StoreFault

STARTED_AT = "started_at"
SHIFTS_FROM = "shifts_from"
SHIFTS_TO = "shifts_to"
"""The span for which the shift table has been written; `peek` refuses to answer outside it."""
DISTRICT_NAME = "district_name"
DISTRICT_ZONE = "district_zone"
DISTRICT_LANGUAGE = "district_language"
"""What `peek` needs of a district without reading its document."""


def unusable(why: object) -> StoreFault:
    """The database's own complaint, with what to do about it."""
    return StoreFault(
        N_(
            "The database cannot be used: {why}. Check that it is reachable and that the disk is "
            "not full."
        ),
        why=str(why).strip(),
    )


def empty() -> StoreFault:
    """There is a database, and it has no tables of ours."""
    return StoreFault(N_("The database is empty. Make its tables with: fangxun db upgrade"))
