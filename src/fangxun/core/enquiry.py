"""Who asks by text who is on watch (值班): what he is told first, and how often."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum

from fangxun.core.roster import Post, Role, Shift

MOST_AN_HOUR = 2
"""Answers to one number within `HOUR`: whoever asks again has deleted the first; a phone that
answers by itself must not go on for ever."""
HOUR = timedelta(hours=1)
_ROLES = tuple(Role)


class Asked(StrEnum):
    """What becomes of an enquiry."""

    ANSWERED = "answered"
    OFTEN = "asked_often"
    """The number has had its answers of this hour."""


def heard(answered: int) -> Asked:
    """Whether one more is answered to a number that was answered so often within the hour."""
    return Asked.OFTEN if answered >= MOST_AN_HOUR else Asked.ANSWERED


def of_interest(
    standing: Iterable[Shift], posts: Sequence[Post], units: Sequence[str]
) -> tuple[Shift, ...]:
    """The shifts of these units in the order in which they are worth a text's room: the duty
    officers of the first unit and the next, then the leaders, deputies and standbys."""
    known = {post.id: post for post in posts if post.unit in units}

    def rank(shift: Shift) -> tuple[int, int]:
        post = known[shift.post]
        return _ROLES.index(_role(post)), units.index(post.unit)

    return tuple(sorted((s for s in standing if s.post in known), key=rank))


def _role(post: Post) -> Role:
    """A leader comes before a deputy officer: it is he who decides."""
    return {Role.DEPUTY: Role.LEADER, Role.LEADER: Role.DEPUTY}.get(post.role, post.role)
