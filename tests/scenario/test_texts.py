"""In the district's own words, once they are applied; by registered templates where a provider
takes nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from fangxun.core.journal import Event
from fangxun.core.level import Level
from fangxun.core.message import segments
from fangxun.core.plan import Channel, Contact, Step
from fangxun.core.wording import Registered, Registration, Wording
from fangxun.engine import acts
from fangxun.gateways.base import NotSent
from fangxun.store import district as district_store
from fangxun.store import outbox
from tests.scenario.room import Phones, Room

WHO, PLACE = "gu-huiyin", "jiazi-gully"
HAND = Registration("page_by_hand", "SMS_7", ("code", "text"))
OWN = "甲段{place}{level}:{~evidence}。请带队上堤。回复{code}确认"


def words(room: Room, *own: Wording) -> None:
    """The district's own words, applied."""
    with room.store.read() as tx:
        applied = district_store.applied(tx)
    assert applied is not None
    acts.apply_district(room.store, replace(applied, texts=own), act=room.by("admin"))
    room.settle()


class Registering(Room):
    """A room whose first gateway takes registered templates only; a second takes any words."""

    def __init__(self) -> None:
        self.second = Phones("second", [Channel.SMS])
        super().__init__(more=[self.second])
        self.sms.abilities = replace(self.sms.abilities, free_text=False)

    def registers(self, *templates: Registration, alone: bool = False) -> None:
        """What the provider has of ours; `alone`: there is no second."""
        gateways: Sequence[Phones] = (self.sms, self.console)
        if not alone:
            gateways = (self.sms, self.second, self.console)
        self.parts = replace(self.parts, gateways=gateways, templates={"sms": templates})
        self.restart()


@pytest.fixture
def registering() -> Iterator[Registering]:
    """At its end every text over either gateway has been asked for."""
    built = Registering()
    yield built
    built.store.close()
    assert built.left == []
    assert built.second.taken == []


def test_the_closest_own_words_are_sent_and_others_get_the_default(room: Room) -> None:
    """Only at red; what is shortened is never the way to answer."""
    room.ladder(Step(Contact.PERSON, Channel.SMS, 1, room.parts.useful_life))
    words(room, Wording("page", OWN, "zh_CN", level=Level.RED))
    room.raised(PLACE, Level.ORANGE)
    before = [order.text for order in room.sms.taken]
    assert before
    assert not any("请带队上堤" in text for text in before)
    room.sms.taken.clear()
    room.raised(PLACE, Level.RED)
    red = [order.text for order in room.sms.taken if "甲段" in order.text]
    assert all("请带队上堤。回复" in text and segments(text).count <= 2 for text in red)
    assert red
    room.sms.taken.clear()


def test_words_that_are_applied_during_a_page_are_those_of_its_next_text(room: Room) -> None:
    own = "{~text}。请立即照办。回复{code}确认"
    page = room.page(WHO, "江边塌方，请到场")
    room.expect(WHO, "江边塌方，请到场。回复")
    words(room, Wording("page_by_hand", own, "zh_CN"))
    room.forward(seconds=1)
    other = room.page(WHO, "桥头积水，请到场")
    room.expect(WHO, "桥头积水，请到场。请立即照办。回复")
    room.reply(WHO, "收到")
    assert room.stands(page).ended_at == room.stands(other).ended_at == room.now


def test_own_words_with_a_number_do_not_go_where_numbers_may_not(room: Room) -> None:
    """Nor does the number that the officer's own words hold."""
    room.sms.abilities = replace(room.sms.abilities, phone_numbers=False)
    words(room, Wording("page_by_hand", "{~text},问0571-87654321。速办。回复{code}确认", "zh_CN"))
    room.page(WHO, "桥头积水，找13800000000")
    sent = room.expect(WHO, "桥头积水，找…。回复")
    assert "87654321" not in sent.text
    room.reply(WHO, "收到")


def test_a_registered_template_gets_the_values_of_the_text(registering: Registering) -> None:
    registering.registers(HAND)
    registering.page(WHO, "江边塌方，请到场")
    sent = registering.expect(WHO, "江边塌方，请到场。回复")
    code = sent.text.partition("。回复")[2].removesuffix("确认")
    assert sent.template == Registered("SMS_7", (("code", code), ("text", "江边塌方，请到场")))
    registering.reply(WHO, "收到")


def test_what_has_no_template_leaves_over_the_next_gateway(registering: Registering) -> None:
    registering.registers(Registration("page", "SMS_1", ("place", "code")))
    registering.page(WHO, "江边塌方，请到场")
    (sent,) = registering.second.taken
    assert sent.template is None
    registering.second.taken.clear()
    registering.reply(WHO, "收到")


def test_what_no_gateway_can_say_is_passed_over_at_once_and_said_so(
    registering: Registering,
) -> None:
    """The ladder does not wait for an answer to what was never sent."""
    registering.registers(alone=True)
    page = registering.page(WHO, "江边塌方，请到场")
    assert "no_template" in registering.told(Event.STEP_SKIPPED)
    assert registering.sent_for(page) == []
    registering.forward(seconds=1)
    assert registering.stands(page).step > 0


def test_pages_that_only_single_templates_can_say_leave_one_by_one(
    registering: Registering,
) -> None:
    """There is none for several at once."""
    kinds = ("page", "page_arrived", "page_other")
    registering.registers(
        *(Registration(kind, f"SMS_{kind}", ("place", "level", "code")) for kind in kinds),
        alone=True,
    )
    for place in (PLACE, "yingyue-reservoir"):
        acts.raise_by_hand(registering.store, place, Level.RED, act=registering.by("zhu-xiaoman"))
    registering.settle()
    sent = registering.sms.taken
    assert sent
    assert all(order.template is not None for order in sent)
    sent.clear()


def test_a_restart_sends_the_same_values(registering: Registering) -> None:
    """They are kept with the attempt: what is configured or applied meanwhile changes nothing."""
    registering.registers(HAND)
    registering.sms.answer = lambda _order: NotSent("429", "busy")
    page = registering.page(WHO, "江边塌方，请到场")
    (kept,) = registering.sent_for(page)
    registering.registers(replace(HAND, id="SMS_8", params=("text", "code")))
    registering.sms.answer = Phones("sms", [Channel.SMS]).answer
    registering.forward(seconds=5)
    sent = registering.expect(WHO, "江边塌方")
    assert sent.template == kept.template
    with registering.store.read() as tx:
        assert outbox.get(tx, kept.id).template == kept.template
    registering.reply(WHO, "收到")


def test_what_one_gateway_refused_goes_by_template_over_the_next(registering: Registering) -> None:
    """And its values are those of the text that is made again."""
    registering.registers(HAND)
    registering.parts = replace(
        registering.parts, gateways=(registering.second, registering.sms, registering.console)
    )
    registering.restart()
    registering.second.answer = lambda _order: NotSent("unreached", "down")
    registering.page(WHO, "江边塌方，请到场")
    registering.forward(seconds=40)
    sent = registering.expect(WHO, "江边塌方")
    assert sent.template is not None
    assert sent.template.id == "SMS_7"
    registering.reply(WHO, "收到")
