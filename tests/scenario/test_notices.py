"""Notices go by SMS, and by e-mail where no SMS can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.plan import Channel
from fangxun.core.responsibility import Phone
from fangxun.engine import acts
from fangxun.store import journal
from tests import beginnings
from tests.scenario.room import Phones, Room

LEADER, ADDRESS = "jiang-yousheng", "jiang@yunxi.example"
"""Who is asked to approve a response."""


class Post:
    """A room that has a mail server, and a leader with an address."""

    def __init__(self) -> None:
        self.mail = Phones("mail", [Channel.EMAIL], two_way=False)
        self.room = Room(more=[self.mail])

    def leader(self, *phones: Phone, email: str = ADDRESS) -> None:
        """From now on he has these numbers and this address."""
        room = self.room
        district = beginnings.example()
        people = tuple(
            replace(p, phones=phones, email=email) if p.id == LEADER else p for p in district.people
        )
        acts.apply_district(room.store, replace(district, people=people), act=room.by("admin"))
        room.settle()

    def notices(self) -> list[str]:
        """Orange somewhere: what he is told of the response that is proposed."""
        self.room.raised("nanjian", Level.ORANGE)
        numbers = self.room.phones[LEADER]
        texts = [o.text for o in self.room.sms.taken if o.number in numbers and "审批" in o.text]
        self.room.sms.taken.clear()
        return texts


@pytest.fixture
def post() -> Iterator[Post]:
    built = Post()
    yield built
    left = [order.number for order in built.mail.taken]
    built.room.store.close()
    assert left == []


def test_whoever_takes_sms_gets_his_notices_by_sms_only(post: Post) -> None:
    post.leader(Phone(post.room.phones[LEADER][0]))
    (text,) = post.notices()
    assert "启动II级" in text


def test_whoever_takes_no_sms_gets_his_notices_by_e_mail(post: Post) -> None:
    """A landline rings; a notice rings nobody."""
    post.leader(Phone(post.room.phones[LEADER][0], sms=False))
    assert post.notices() == []
    (order,) = post.mail.taken
    post.mail.taken.clear()
    assert (order.number, order.channel) == (ADDRESS, Channel.EMAIL)
    assert "启动II级" in order.text


def test_a_number_that_failed_for_good_is_no_way_for_a_notice_either(post: Post) -> None:
    post.leader(Phone(post.room.phones[LEADER][0], invalid=True))
    assert post.notices() == []
    assert [order.number for order in post.mail.taken] == [ADDRESS]
    post.mail.taken.clear()


def test_without_number_and_address_the_journal_says_that_he_was_not_told(post: Post) -> None:
    post.leader(email="")
    assert post.notices() == []
    with post.room.store.read() as tx:
        reasons = {
            line.entry.reason
            for line in journal.lines(tx)
            if line.entry.event is Event.NOTICE_QUEUED and line.entry.subject.endswith(LEADER)
        }
    assert reasons == {"no_number"}
