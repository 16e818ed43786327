"""What a roster may ask of a person, as the plan's [watch] says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from fangxun.core.roster import Role


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds for the people of one district; each is what a duty room would call the most, and no
    law: a district that is staffed otherwise writes its own."""

    rest: timedelta = timedelta(hours=8)
    """The least time between two watches of a person."""
    in_a_row: timedelta = timedelta(hours=72)
    """The most that an officer or deputy stands in watches with less than a day off between."""
    leader_in_a_row: timedelta = timedelta(days=7)
    """The same of a leader, who changes weekly and may be at home."""
    spread: int = 3
    """By how many nights, rest days or holidays the shares of one post may differ, beyond what one
    turn makes of it: a cursor each for workdays, rest days and holidays comes to three."""

    def longest(self, roles: frozenset[Role]) -> timedelta:
        """The most that a person may stand in a row who stands in these roles."""
        return self.leader_in_a_row if roles == {Role.LEADER} else self.in_a_row


USUAL = Bounds()
"""Where a plan says nothing."""
AT_HOME = Role.STANDBY
"""Who stands by sleeps at home: neither rest nor watches in a row are counted of it."""
