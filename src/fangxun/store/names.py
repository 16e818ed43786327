"""What both the store and `peek` must call alike; imports nothing heavy.

Keys of the table `meta`, and the complaints about a database that either may have to make.
"""

from __future__ import annotations

from fangxun.core.errors import N_, NotFound, Said, StoreFault

STARTED_AT = "started_at"
SHIFTS_FROM = "shifts_from"
SHIFTS_TO = "shifts_to"
"""The span for which the shift table has been written; `peek` refuses to answer outside it."""
DISTRICT_NAME = "district_name"
DISTRICT_ZONE = "district_zone"
DISTRICT_LANGUAGE = "district_language"
"""What `peek` needs of a district without reading its document."""


_RUINED = ("file is not a database", "malformed")
"""What SQLite says of a file that is no database, or not a whole one any more."""


def unusable(why: object) -> StoreFault:
    """The database's own complaint, with what to do about it."""
    said = str(why).strip()
    if any(words in said for words in _RUINED):
        return StoreFault(
            N_(
                "The database cannot be used: its file is damaged, or is no database. Stop the "
                "daemon, put the file aside, and restore the last backup (deploy/runbook.md)."
            )
        )
    return StoreFault(
        N_(
            "The database cannot be used: {why}. Check that it is reachable and that the disk is "
            "not full."
        ),
        why=_KNOWN.get(said, said),
    )


_KNOWN = {
    "unable to open database file": Said(N_("its file cannot be opened")),
    "disk I/O error": Said(N_("the disk or device fails")),
    "database or disk is full": Said(N_("the disk is full")),
    "attempt to write a readonly database": Said(N_("this account has no right to it")),
}
"""What SQLite says, and a duty room reads."""


def empty() -> StoreFault:
    """There is a database, and it has no tables of ours."""
    return StoreFault(N_("The database is empty. Make its tables with: fangxun db upgrade"))


def no_district() -> NotFound:
    """There is a database, and nothing in force to answer from."""
    return NotFound(N_("No district has been applied yet; run: fangxun roster apply DIR"))
