"""A duty room at a virtual clock: the real engine and store, the example district, and phones.

Time jumps from due instant to due instant. What phones got is asked for with `expect`; whatever was
not asked for fails the story at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.page import Attempt, AttemptState, Blame, Page
from fangxun.core.plan import Channel, Ladder, Plan, Step
from fangxun.engine import acts, cycle, dispatch
from fangxun.engine.acts import Act
from fangxun.engine.parts import Parts
from fangxun.engine.receive import store_items
from fangxun.engine.view import Lookout
from fangxun.gateways.base import (
    Abilities,
    Accepted,
    CallbackRequest,
    Inbound,
    Item,
    Order,
    Outcome,
    Receipt,
    Taken,
    Unanswered,
)
from fangxun.store import codes as code_store
from fangxun.store import district as district_store
from fangxun.store import inbox, journal, outbox
from fangxun.store import pages as page_store
from tests import beginnings

NIGHT = datetime(2026, 7, 20, 19, 0, tzinfo=UTC)
"""Three in the morning in Beijing."""
GLANCE = timedelta(seconds=1)


class Phones:
    """A gateway that keeps what it took; `answer` says what becomes of the next requests."""

    def __init__(self, name: str, channels: Sequence[Channel], *, two_way: bool = True) -> None:
        self.name = name
        self.abilities = Abilities(
            channels=frozenset(channels), two_way=two_way, receipts=two_way, can_ask=False,
            real=False, ask_every_seconds=3600,
        )  # fmt: skip
        self.taken: list[Order] = []
        self.answer: Callable[[Order], Outcome] = lambda order: Accepted(f"P-{order.attempt}")
        self.mute: Exception | Unanswered | None = None
        self.asked_since: list[datetime] = []
        self.known: Callable[[Order], Accepted | Unanswered | None] = lambda _order: None
        self.cancels: Callable[[str], Receipt | Unanswered | None] = lambda _sid: None
        self.wrongly_asked: list[Order] = []
        """Sends that it was asked for although it cannot be; a story with one fails."""

    def send(self, order: Order) -> Outcome:
        outcome = self.answer(order)
        if isinstance(outcome, Accepted):
            self.taken.append(order)
        return outcome

    def ask(self, order: Order, *, since: datetime) -> Accepted | Unanswered | None:  # noqa: ARG002  protocol
        if not self.abilities.can_ask:
            self.wrongly_asked.append(order)
        return self.known(order)

    def fetch(self, provider_ids: Sequence[str]) -> tuple[Receipt, ...]:  # noqa: ARG002  protocol
        return ()

    def cancel(self, provider_id: str) -> Receipt | Unanswered | None:
        assert self.abilities.can_cancel, "it cannot take a call back"
        return self.cancels(provider_id)

    def inbound(self, *, since: datetime) -> tuple[Inbound, ...] | Unanswered:
        self.asked_since.append(since)
        if isinstance(self.mute, Exception):
            raise self.mute
        return self.mute or ()

    def callback(self, request: CallbackRequest) -> Taken:  # noqa: ARG002  protocol
        return Taken()

    def check(self) -> str:
        return ""


class Room:
    """The room, its clock and its people. `with_link`: texts hold a one-time link. `more` gateways
    stand behind the first, in their order."""

    def __init__(self, *, with_link: bool = False, more: Sequence[Phones] = ()) -> None:
        self.store = beginnings.lent(since=NIGHT)
        self.now = NIGHT
        self.sms = Phones("sms", [Channel.SMS])
        self.console = Phones("console", [Channel.CONSOLE], two_way=False)
        self.free = 10**12
        tokens, self._ids = count(1), count(1)
        self.parts = Parts(
            store=self.store, feeds={}, gateways=(self.sms, *more, self.console),
            token=lambda _bits: f"{next(tokens):032x}", clock=lambda: self.now,
            link_base="https://fangxun.example.test" if with_link else "",
            free_bytes=lambda: self.free,
        )  # fmt: skip
        self.dispatcher = dispatch.Dispatcher(self.parts)
        people = beginnings.example().people
        self.phones = {p.id: [phone.number for phone in p.phones] for p in people}
        self.settle()

    def by(self, actor: str) -> Act:
        """An act of somebody, now."""
        return Act(actor, "test", self.now)

    def plan(self, change: Callable[[Plan], Plan]) -> None:
        """The plan as edited and applied, now."""
        with self.store.read() as tx:
            applied = district_store.applied(tx)
        assert applied is not None
        edited = replace(applied, plan=change(applied.plan))
        acts.apply_district(self.store, edited, act=self.by("admin"))
        self.settle()

    def settle(self) -> datetime | None:
        """Cycle and send until nothing is left to do now; returns when there is."""
        while True:
            due = cycle.cycle(self.parts, now=self.now)
            assert not due.failed, due.failed
            sent = self.dispatcher.turn(now=self.now)
            while self.dispatcher.turn(now=self.now):
                pass
            with self.store.read() as tx:
                came = inbox.waiting(tx)
            waits = self.dispatcher.next_due(self.now)
            if not (sent or came):
                break
        return min((at for at in (due.next_due, waits) if at is not None), default=None)

    def asked_each_minute(self) -> None:
        """From now on the gateway is asked for replies so often. Else rarely: in most stories
        nothing comes of it, and each question is a cycle."""
        self.sms.abilities = replace(self.sms.abilities, ask_every_seconds=60)

    def askable(self) -> None:
        """From now on sends in doubt can be asked for; `sms.known` says what it has of them."""
        self.sms.abilities = replace(self.sms.abilities, can_ask=True, ask_every_seconds=10)

    def restart(self) -> None:
        """The daemon dies where it is, and another starts on the same database."""
        self.parts = replace(self.parts, lookout=Lookout(), polls_out=set(), asked={})
        self.dispatcher = dispatch.Dispatcher(self.parts)
        dispatch.recover(self.parts, now=self.now)

    def killed_sending(self) -> list[Attempt]:
        """Somebody pulls the plug when what waits is marked as sending, and no request was made."""
        cycle.cycle(self.parts, now=self.now)
        with self.store.write() as tx:
            left = outbox.claim(tx, now=self.now, limit=100)
        self.restart()
        return left

    def sent_for(self, page_id: int) -> list[Attempt]:
        """Every attempt for a page, in order."""
        with self.store.read() as tx:
            return outbox.of_page(tx, [page_id])

    def forward(self, **by: float) -> None:
        """Let so much time pass, jumping from due instant to due instant."""
        end = self.now + timedelta(**by)
        due = self.settle()
        while self.now < end:
            self.now = min(end, max(due or end, self.now + GLANCE))
            due = self.settle()

    def page(self, person: str, text: str = "江边塌方，请到场") -> int:
        """Page one person by hand, and send what is due."""
        opened = acts.send_page(self.store, person, text, act=self.by("zhu-xiaoman"))
        self.settle()
        return opened.id

    def raised(self, place: str, level: Level) -> None:
        """Raise a place by hand, and send what is due."""
        acts.raise_by_hand(self.store, place, level, act=self.by("zhu-xiaoman"))
        self.settle()

    def expect(self, person: str, *words: str, number: int = 1) -> Order:
        """The oldest text not asked for yet to that number of a person; it holds these words."""
        wanted = self.phones[person][number - 1]
        found = next((o for o in self.sms.taken if o.number == wanted), None)
        assert found is not None, f"{person} got nothing on {wanted}; left: {self.left}"
        self.sms.taken.remove(found)
        for word in words:
            assert word in found.text, found.text
        return found

    @property
    def left(self) -> list[tuple[str, str]]:
        """Texts not asked for: (person, text)."""
        owner = {number: who for who, numbers in self.phones.items() for number in numbers}
        return [(owner[order.number], order.text) for order in self.sms.taken]

    def ladder(self, *steps: Step, alarm: bool = False) -> None:
        """From now on every level (or the alarm) climbs so."""
        with self.store.read() as tx:
            district = district_store.applied(tx)
        assert district is not None
        plan = district.plan
        if alarm:
            plan = replace(plan, alarm=replace(plan.alarm, steps=steps))
        else:
            levels = tuple(replace(level, ladder=Ladder(steps)) for level in plan.levels)
            plan = replace(plan, levels=levels)
        acts.apply_district(self.store, replace(district, plan=plan), act=self.by("admin"))
        self.settle()

    def came(self, gateway: str, *items: Item) -> None:
        """What a provider tells."""
        store_items(self.parts, gateway, items, now=self.now)
        self.settle()

    def reply(self, person: str, text: str, *, number: int = 1) -> None:
        """A text from a person's phone."""
        item = Inbound(f"I{next(self._ids)}", self.phones[person][number - 1], text, self.now)
        store_items(self.parts, "sms", [item], now=self.now)
        self.settle()

    def receipt(
        self, order: Order, state: AttemptState, code: str = "", blame: Blame | None = None
    ) -> None:
        """What the provider says of a text."""
        if blame is None:
            blame = Blame.NUMBER if state is AttemptState.UNDELIVERED else Blame.NONE
        item = Receipt(order.attempt, f"P-{order.attempt}", state, code, blame)
        store_items(self.parts, "sms", [item], now=self.now)
        self.settle()

    def stands(self, page_id: int) -> Page:
        """A page as it stands."""
        with self.store.read() as tx:
            return page_store.get(tx, page_id)

    def code(self, person: str, page_id: int) -> str:
        """The code by which a person was told of a page."""
        with self.store.read() as tx:
            return code_store.meant(tx, [person], since=self.now - timedelta(days=1))[person][
                page_id
            ]

    def alarms(self) -> list[str]:
        """The kinds of the alarms that ring."""
        with self.store.read() as tx:
            return sorted(p.cause.partition(":")[0] for p in page_store.open_pages(tx) if p.cause)

    def told(self, event: Event) -> list[str]:
        """The reasons of the journal's lines of an event."""
        with self.store.read() as tx:
            return [line.entry.reason for line in journal.lines(tx) if line.entry.event is event]
