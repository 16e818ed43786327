"""Who asks who is on watch: what comes first in the answer, and how often there is one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fangxun.core.enquiry import MOST_AN_HOUR, Asked, heard, of_interest
from fangxun.core.roster import Post, Role, Shift, Source
from fangxun.core.timeline import Span

NOW = datetime(2026, 7, 20, tzinfo=UTC)
POSTS = [
    Post(f"{unit}-{role.value}", role.value, unit, role, ())
    for unit in ("town", "office", "other")
    for role in reversed(Role)
]
STANDING = [
    Shift(post.id, Span(NOW, NOW + timedelta(hours=1)), f"p-{post.id}", "", Source.TABLE)
    for post in POSTS
]


def test_officers_come_first_and_then_leaders_each_of_the_district_before_the_town():
    found = of_interest(STANDING, POSTS, ("office", "town"))
    assert [shift.post for shift in found] == [
        f"{unit}-{role}"
        for role in ("duty_officer", "leader", "deputy", "standby")
        for unit in ("office", "town")
    ]


def test_a_number_is_answered_so_often_in_an_hour_and_no_more():
    assert {heard(count) for count in range(MOST_AN_HOUR)} == {Asked.ANSWERED}
    assert heard(MOST_AN_HOUR) is Asked.OFTEN
