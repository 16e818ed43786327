"""By which ways a person can be reached, and on which of them he can confirm."""

from __future__ import annotations

from dataclasses import dataclass

from fangxun.core.plan import Channel, Plan
from fangxun.core.responsibility import Person, Phone
from fangxun.engine.parts import Parts
from fangxun.engine.texts import answers_back, link_allowed
from fangxun.gateways.base import Gateway


@dataclass(frozen=True, slots=True)
class Way:
    """A number that a gateway carries a channel to. `confirms`: a reply, a link, or a key on the
    call, comes back."""

    channel: Channel
    gateway: str
    confirms: bool


def channels(plan: Plan) -> tuple[Channel, ...]:
    """By which channels its ladders reach phones: a call that no step places confirms nothing."""
    ladders = [*(level.ladder for level in plan.levels), plan.alarm]
    used = {step.channel for ladder in ladders for step in ladder.steps}
    return tuple(channel for channel in (Channel.SMS, Channel.VOICE) if channel in used)


def any_way(parts: Parts, plan: Plan) -> bool:
    """Whether some gateway carries anything that the plan uses."""
    return any(g.abilities.serves(by) for by in channels(plan) for g in parts.gateways)


def ways(parts: Parts, plan: Plan, person: Person) -> tuple[Way, ...]:
    """Every way to a person's valid numbers that a ladder may take, by the first gateway able."""
    found = [
        (channel, parts.able(channel, phone.number), phone)
        for channel in channels(plan)
        for phone in person.phones
        if _takes(phone, channel)
    ]
    return tuple(
        Way(channel, gateway.name, _confirms(parts, gateway, channel, phone.number))
        for channel, gateway, phone in found
        if gateway is not None
    )


def _takes(phone: Phone, channel: Channel) -> bool:
    if channel is Channel.VOICE:
        return phone.voice and not phone.invalid_voice
    return phone.sms and not phone.invalid


def _confirms(parts: Parts, gateway: Gateway, channel: Channel, number: str) -> bool:
    if channel is Channel.VOICE:
        return gateway.abilities.key_press
    return answers_back(gateway, number) or link_allowed(parts, gateway, number)
