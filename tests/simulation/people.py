"""The simulated people: what each does with a text, by the seed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from fangxun.core.district import District
from fangxun.core.plan import Channel
from fangxun.standin.twilio_calls import Call
from fangxun.standin.twilio_messages import Message
from tests.simulation.exchange import Pick
from tests.simulation.provider import Provider
from tests.simulation.story import Story

_CODE = re.compile(r"(?:单独确认回复|单独回复|单项回复|回复)(\d+)")
_ALL = re.compile(r"收到(?:确认|表示)全部")
_ARRIVE = re.compile(r"到岗")
_WORDS = ("{code}", "{code}。", " {code} ", "“{code}”", "收到{code}", "{wide}")
"""Ways to say the same; `{wide}` in full-width digits."""
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_PICKS = ((0.08, Pick.BUSY), (0.16, Pick.VOICEMAIL), (0.28, Pick.FUMBLES), (1.0, Pick.PRESSES))
"""Of those who are awake."""
_DEAF = 0.3
"""The share of the officials who do not look at their texts, where they are called, too."""
ALWAYS = frozenset({"last", "leader"})


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody texted, to be found again in the store."""

    person: str
    number: str
    text: str


@dataclass
class People:
    """Who owns which number, who sleeps, whose first number is dead. `said` keeps every reply."""

    story: Story
    district: District
    providers: Callable[[str], Provider]
    said: list[Said] = field(default_factory=list)

    def __post_init__(self) -> None:
        """`owners`: number -> (person, which of his numbers)."""
        self.owners = {
            phone.number: (person.id, which)
            for person in self.district.people
            for which, phone in enumerate(person.phones, start=1)
        }
        self.officials = {official.person for official in self.district.officials}

    def sleeps(self, person: str) -> bool:
        """Never answers. Of the watch only the duty officer may; the last resort never does."""
        if person in self.officials:
            return self.story.share("sleeps", person) < self.story.sleepers
        if person == self.district.plan.last_resort:
            return False
        return self.story.share("watch sleeps", person) < self.story.sleepers * 3

    def hears(self, person: str, channel: Channel) -> bool:
        """Whether he would answer: of those who are awake some do not look at their texts, where
        they are called, too."""
        deaf = self.story.calls and person in self.officials and channel is Channel.SMS
        if deaf and self.story.share("deaf", person) < _DEAF:
            return False
        return not self.sleeps(person)

    def dead(self, person: str, which: int) -> bool:
        """Whether that number of his is out of service."""
        return which == 1 and person in self.officials and self.story.share("dead", person) < 0.02

    def arrives(self, gateway: str, message: Message, attempt: str) -> str:
        """A text reaches its phone: the state it ends in; the answer is on its way."""
        person, which = self.owners[message.to]
        if self.dead(person, which):
            return "undelivered"
        if self.hears(person, Channel.SMS):
            self._answer(gateway, person, message, attempt)
        return "delivered"

    def picks(self, call: Call, attempt: str) -> Pick:
        """His phone rings."""
        person, which = self.owners[call.to]
        if self.dead(person, which):
            return Pick.DEAD
        if self.sleeps(person):
            return Pick.SLEEPS
        draw = self.story.share("picks", attempt)
        return next(pick for limit, pick in _PICKS if draw < limit)

    def pressed(self, call: Call) -> None:
        """He has confirmed by the key."""
        self.said.append(Said(self.owners[call.to][0], call.to, "1"))

    def _answer(self, gateway: str, person: str, message: Message, attempt: str) -> None:
        code = _CODE.search(message.body)
        everything = _ALL.search(message.body)
        if code is None and everything is None:
            return
        draw = self.story.share("words", attempt)
        words = "收到" if everything or code is None else _WORDS[int(len(_WORDS) * draw)].format(
            code=code.group(1), wide=code.group(1).translate(_WIDE)
        )  # fmt: skip
        slow = 300.0 if self.story.share("slow", person) < 0.05 else 45.0
        thinking = 10 + slow * self.story.share("answers", attempt)
        self._later(gateway, person, message.to, words, thinking)
        if draw < 0.03:
            self._later(gateway, person, message.to, words, thinking + 20)
        if _ARRIVE.search(message.body):
            come = "到岗" if everything or code is None else f"到岗{code.group(1)}"
            self._later(gateway, person, message.to, come, thinking + 600)

    def _later(self, gateway: str, person: str, number: str, text: str, seconds: float) -> None:
        provider = self.providers(gateway)

        def speak() -> None:
            self.said.append(Said(person, number, text))
            provider.reply(number, text)

        provider.agenda.after(seconds, speak, beat=self.story.beat)
