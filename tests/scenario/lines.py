"""A duty room with a telephone exchange."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fangxun.core.page import AttemptState, Blame
from fangxun.core.plan import Channel, Contact, Step
from fangxun.gateways.base import KeyPress, Order, Receipt
from tests.scenario.room import Phones, Room

WHO, DEPUTY = "jian-changming", "quan-shishang"
MINUTE = timedelta(minutes=1)
SMS = Step(Contact.PERSON, Channel.SMS, 1, MINUTE)
CALL = Step(Contact.PERSON, Channel.VOICE, 1, MINUTE)
SECOND = Step(Contact.PERSON, Channel.VOICE, 2, MINUTE)


class Lines:
    """The telephone exchange of a room: what is being said to whom, and what comes of it."""

    def __init__(self) -> None:
        self.exchange = Phones("exchange", [Channel.VOICE], two_way=False)
        self.exchange.abilities = replace(self.exchange.abilities, key_press=True)
        self.room = Room(more=[self.exchange])

    def rings(self, person: str, *words: str, number: int = 1) -> Order:
        """The oldest call not asked for yet, to that number of a person; it says these words."""
        wanted = self.room.phones[person][number - 1]
        found = next((o for o in self.exchange.taken if o.number == wanted), None)
        assert found is not None, [o.text for o in self.exchange.taken]
        self.exchange.taken.remove(found)
        for word in words:
            assert word in found.text, found.text
        return found

    def event(
        self, order: Order, state: AttemptState, code: str = "", *, dead: bool = False
    ) -> None:
        """The provider tells of a call."""
        blame = Blame.NUMBER if dead else Blame.NONE
        self.room.came("exchange", Receipt(order.attempt, f"P-{order.attempt}", state, code, blame))

    def clear(self) -> None:
        """The others that a raise wakes are no part of the story."""
        self.exchange.taken.clear()
        self.room.sms.taken.clear()

    def press(self, order: Order) -> None:
        """The person called has heard it, and presses the key."""
        sid = f"P-{order.attempt}"
        delivered = Receipt(order.attempt, sid, AttemptState.DELIVERED)
        self.room.came("exchange", KeyPress(sid, order.attempt, "1"), delivered)
